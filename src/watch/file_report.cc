#include "watch/file_report.h"

#include <algorithm>

#include "base/json.h"

namespace sloth {
namespace {

using Kind = FileChange::Kind;

constexpr size_t kMaxNames = 100;  // of each kind in an event of a folder

std::string rfc3339(FileTime time) { return format_rfc3339(std::chrono::floor<Micros>(time)); }

std::string mode_text(uint32_t mode) { return fmt::format("{:04o}", mode); }

// The names of one kind and how many there are.
struct Names {
    size_t count = 0;
    Json::array_t names;

    void add(const std::string& name) {
        if (++count <= kMaxNames) names.emplace_back(name);
    }
};

}  // namespace

FileReport::FileReport(const WatcherSpec& spec, const WatcherContext& context,
                       const std::string& path)
    : origin_(context.origin(spec)),
      path_(path),
      check_hash_(spec.check_hash),
      whole_(spec.type == "directory") {
    for (const Kind kind : {Kind::created, Kind::modified, Kind::deleted, Kind::renamed}) {
        const bool wanted =
            std::ranges::find(spec.conditions, to_string(kind)) != spec.conditions.end();
        if (wanted) wanted_ |= uint8_t(1 << int(kind));
    }
}

bool FileReport::wants(FileChange::Kind kind) const { return (wanted_ & (1 << int(kind))) != 0; }

std::string FileReport::path_of(const std::string& name) const {
    if (name.empty()) return path_;
    return path_ == "/" ? path_ + name : path_ + '/' + name;
}

std::string FileReport::new_path_of(const FileChange& change) const {
    if (!change.name.empty()) return path_of(change.new_name);
    return without_extra_slashes(parent_of(path_) + '/' + change.new_name);
}

void FileReport::add(const FileChange& change, bool inferred, std::vector<Sighting>& out) const {
    if (change.kind == Kind::renamed && !wants(Kind::renamed)) {
        split_rename(change, inferred, out);
        return;
    }
    if (!wants(change.kind) || change.implied) return;
    Json data{{"path", path_of(change.name)}};
    if (change.kind == Kind::created) {
        data["size"] = change.after.size;
        data["mode"] = mode_text(change.after.mode);
        data["uid"] = change.after.uid;
        if (check_hash_ && !change.after.hash.empty()) data["hash"] = change.after.hash;
    } else if (change.kind == Kind::renamed) {
        data["path"] = new_path_of(change);
        data["old_path"] = path_of(change.name);
        data["new_path"] = new_path_of(change);
        data["size"] = change.after.size;
    } else if (change.kind == Kind::modified) {
        describe_modified(change, data);
    }
    data["operation"] = to_string(change.kind);
    const bool folder = change.is_folder();
    const std::string_view kind =
        folder && change.kind == Kind::modified ? "changed" : to_string(change.kind);
    out.push_back(make_sighting(fmt::format("{}.{}", folder ? "dir" : "file", kind),
                                std::move(data), origin_, inferred));
}

// Who did not ask for names that move still wants to know what is gone and what is there.
void FileReport::split_rename(const FileChange& change, bool inferred,
                              std::vector<Sighting>& out) const {
    FileChange half = change;
    half.kind = Kind::deleted;
    half.implied = false;
    add(half, inferred, out);
    if (change.name.empty() || change.overwrote) return;  // the latter is told as modified
    half.kind = Kind::created;
    half.name = change.new_name;
    add(half, inferred, out);
}

void FileReport::describe_modified(const FileChange& change, Json& data) const {
    const auto& [before, after] = std::tie(change.before, change.after);
    data["old_size"] = before.size;
    data["new_size"] = after.size;
    data["old_mtime"] = rfc3339(before.mtime);
    data["new_mtime"] = rfc3339(after.mtime);
    if (check_hash_) {
        data["old_hash"] = before.hash;
        data["new_hash"] = after.hash;
    }
    if (before.mode != after.mode) {
        data["old_mode"] = mode_text(before.mode);
        data["new_mode"] = data["mode"] = mode_text(after.mode);
    }
    if (before.uid != after.uid || before.gid != after.gid) {
        data["old_uid"] = before.uid;
        data["new_uid"] = after.uid;
        data["old_gid"] = before.gid;
        data["new_gid"] = after.gid;
    }
    data["size"] = after.size;
    data["changes"] = differences(before, after);
}

void FileReport::add_all(std::span<const FileChange> changes, size_t files, bool inferred,
                         std::vector<Sighting>& out) const {
    Names added;
    Names removed;
    Names modified;
    size_t folders = 0;
    int64_t more = 0;
    for (const FileChange& change : changes) {
        if (change.name.empty()) {
            // The folder itself came, went or moved: with all that is in it.
            if (change.kind != Kind::modified) {
                add(change, inferred, out);
                return;
            }
            ++folders;
            continue;
        }
        if (change.is_folder()) {
            ++folders;
            continue;
        }
        if (change.kind == Kind::created || change.kind == Kind::renamed) {
            added.add(change.kind == Kind::created ? change.name : change.new_name);
            if (!change.overwrote) ++more;
        }
        if (change.kind == Kind::deleted || change.kind == Kind::renamed) {
            removed.add(change.name);
            --more;
        }
        if (change.kind == Kind::modified) modified.add(change.name);
    }
    const bool nothing = added.count + removed.count + modified.count + folders == 0;
    if (nothing || !wants(Kind::modified)) return;
    Json data{{"path", path_},
              {"files_added", added.count},
              {"files_removed", removed.count},
              {"files_modified", modified.count},
              {"folders_changed", folders},
              {"old_file_count", files},
              {"new_file_count", int64_t(files) + more},
              {"added", std::move(added.names)},
              {"removed", std::move(removed.names)},
              {"modified", std::move(modified.names)},
              {"operation", "changed"}};
    out.push_back(make_sighting("dir.changed", std::move(data), origin_, inferred));
}

}  // namespace sloth
