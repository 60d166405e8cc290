#include "watch/file_baseline.h"

#include <array>
#include <charconv>

#include "base/json.h"

namespace sloth {
namespace {

// Spelled so in stored baselines: do not change the words.
constexpr std::array<std::string_view, 5> kKinds{"absent", "file", "folder", "symlink", "other"};

// File names are bytes, JSON is UTF-8: what is not plain ASCII is written as %XX.
std::string escape_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || byte < ' ' || c == '%') {
            out += fmt::format("%{:02X}", byte);
        } else {
            out += c;
        }
    }
    return out;
}

Result<std::string> unescape_name(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned byte = 0;
        const char* begin = text.data() + i + 1;
        if (i + 2 >= text.size() || std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2) {
            return fail(Code::invalid, "a stored file name is damaged");
        }
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

Json entry_json(const FileEntry& entry) {
    Json json{{"type", kKinds[size_t(entry.kind)]}};
    if (entry.kind == FileKind::absent) return json;
    json["inode"] = entry.inode;
    if (entry.born != FileTime{}) json["born"] = entry.born.time_since_epoch().count();
    json["size"] = entry.size;
    json["mtime"] = entry.mtime.time_since_epoch().count();
    json["changed"] = entry.changed.time_since_epoch().count();
    json["mode"] = entry.mode;
    if (!entry.hash.empty()) json["hash"] = entry.hash;
    return json;
}

FileTime time_of(const Json& json, const char* key) {
    return FileTime(std::chrono::nanoseconds(json.value(key, int64_t{0})));
}

// Throws what the library throws for a member of the wrong kind.
Result<FileEntry> parse_entry(const Json& json) {
    const std::string type = json.value("type", "");
    for (size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i] != type) continue;
        return FileEntry{.kind = FileKind(i),
                         .inode = json.value("inode", uint64_t{0}),
                         .born = time_of(json, "born"),
                         .size = json.value("size", int64_t{0}),
                         .mtime = time_of(json, "mtime"),
                         .changed = time_of(json, "changed"),
                         .mode = json.value("mode", 0u),
                         .hash = json.value("hash", "")};
    }
    return fail(Code::invalid, "a stored file has the unknown type '{}'", type);
}

}  // namespace

std::string to_json(const FileSnapshot& snapshot, std::string_view path) {
    Json json{{"path", escape_name(path)}, {"self", entry_json(snapshot.self)}};
    if (!snapshot.entries.empty()) {
        Json::array_t entries;
        for (const auto& [name, entry] : snapshot.entries) {
            Json item = entry_json(entry);
            item["name"] = escape_name(name);
            entries.push_back(std::move(item));
        }
        json["entries"] = std::move(entries);
    }
    return dump_json(json);
}

Result<FileSnapshot> parse_file_snapshot(std::string_view text, std::string_view path) {
    SLOTH_TRY(const Json json, parse_json(text));
    try {
        if (json.value("path", "") != escape_name(path)) {
            return fail(Code::not_found, "the stored baseline is of another path");
        }
        FileSnapshot snapshot;
        SLOTH_TRY(snapshot.self, parse_entry(json.at("self")));
        if (!json.contains("entries")) return snapshot;
        for (const Json& item : json.at("entries")) {
            SLOTH_TRY(std::string name, unescape_name(item.at("name").get<std::string>()));
            SLOTH_TRY(snapshot.entries[name], parse_entry(item));
        }
        return snapshot;
    } catch (const Json::exception&) {
        return fail(Code::invalid, "the stored baseline is damaged");
    }
}

}  // namespace sloth
