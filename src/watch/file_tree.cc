#include "watch/file_tree.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"

namespace sloth {
namespace {

// Spelled so in stored baselines: do not change the letters.
constexpr std::string_view kKinds = "-fdlo";  // absent, regular, folder, symlink, other

// File names are bytes, JSON is UTF-8, and a name ends where its line ends.
void append_escaped(std::string& out, std::string_view name) {
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || byte < ' ' || c == '%' || c == '"' || c == '\\') {
            fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
        } else {
            out += c;
        }
    }
}

std::string escaped(std::string_view name) {
    std::string out;
    append_escaped(out, name);
    return out;
}

Result<std::string> unescape(std::string_view text) {
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

int64_t nanos(FileTime time) { return time.time_since_epoch().count(); }

// One line of numbers; a tree of fifty thousand is some four megabytes, written on each change.
void append_line(std::string& out, std::string_view name, const FileEntry& entry) {
    if (entry.kind == FileKind::absent && !name.empty()) return;
    fmt::format_to(std::back_inserter(out), "{} {:x} {:x} {:x} {:x} {:x} {:x} {:x} {:x} {} ",
                   kKinds[size_t(entry.kind)], entry.mode, entry.uid, entry.gid, entry.inode,
                   nanos(entry.born), entry.size, nanos(entry.mtime), nanos(entry.changed),
                   entry.hash.empty() ? "-" : entry.hash);
    append_escaped(out, name);
    out += '\n';
}

// Cuts a word off the front.
std::string_view take(std::string_view& line) {
    const size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

template <class Number>
bool take_number(std::string_view& line, Number& number) {
    const std::string_view word = take(line);
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number, 16);
    return problem == std::errc() && end == word.data() + word.size();
}

bool take_time(std::string_view& line, FileTime& time) {
    int64_t count = 0;
    if (!take_number(line, count)) return false;
    time = FileTime(std::chrono::nanoseconds(count));
    return true;
}

Result<void> parse_line(std::string_view line, FileTree& tree) {
    FileEntry entry;
    const std::string_view kind = take(line);
    const size_t known = kind.size() == 1 ? kKinds.find(kind) : std::string_view::npos;
    const bool good = known != std::string_view::npos && take_number(line, entry.mode) &&
                      take_number(line, entry.uid) && take_number(line, entry.gid) &&
                      take_number(line, entry.inode) && take_time(line, entry.born) &&
                      take_number(line, entry.size) && take_time(line, entry.mtime) &&
                      take_time(line, entry.changed);
    if (!good) return fail(Code::invalid, "the stored baseline is damaged");
    entry.kind = FileKind(known);
    const std::string_view hash = take(line);
    if (hash != "-") entry.hash = hash;
    SLOTH_TRY(std::string name, unescape(line));
    tree.nodes().emplace_hint(tree.nodes().end(), std::move(name), FileTree::Node{entry, 0});
    return {};
}

}  // namespace

const FileEntry& FileTree::at(std::string_view name) const {
    static const FileEntry kAbsent;
    const auto it = nodes_.find(name);
    return it == nodes_.end() ? kAbsent : it->second.entry;
}

// Names below "a" are those from "a/" to before "a0", '0' being what follows '/'.
std::pair<FileTree::Nodes::iterator, FileTree::Nodes::iterator> FileTree::below(
    const std::string& folder) {
    if (folder.empty()) return {nodes_.upper_bound(std::string_view()), nodes_.end()};
    return {nodes_.lower_bound(folder + '/'), nodes_.lower_bound(folder + '0')};
}

void FileTree::apply(const FileDelta& delta) {
    for (const auto& [name, entry] : delta) {
        if (entry.kind == FileKind::absent && !name.empty()) {
            nodes_.erase(name);
        } else {
            nodes_[name].entry = entry;
        }
    }
}

std::string child_name(std::string_view folder, std::string_view name) {
    if (folder.empty()) return std::string(name);
    std::string out(folder);
    out += '/';
    out += name;
    return out;
}

std::string to_json(const FileTree& tree, const FileDelta& delta, std::string_view path) {
    std::string lines;
    lines.reserve(tree.size() * 96);
    auto changed = delta.begin();
    for (const auto& [name, node] : tree.nodes()) {
        for (; changed != delta.end() && changed->first < name; ++changed) {
            append_line(lines, changed->first, changed->second);
        }
        const bool both = changed != delta.end() && changed->first == name;
        append_line(lines, name, both ? changed->second : node.entry);
        if (both) ++changed;
    }
    for (; changed != delta.end(); ++changed) append_line(lines, changed->first, changed->second);
    return dump_json(Json{{"path", escaped(path)}, {"entries", std::move(lines)}});
}

Result<FileTree> parse_file_tree(std::string_view text, std::string_view path) {
    SLOTH_TRY(const Json json, parse_json(text));
    const auto stored = json.find("path");
    if (stored == json.end() || *stored != escaped(path)) {
        return fail(Code::not_found, "the stored baseline is of another path");
    }
    const auto entries = json.find("entries");
    if (entries == json.end() || !entries->is_string()) {
        return fail(Code::invalid, "the stored baseline is damaged");
    }
    FileTree tree;
    std::string_view lines = entries->get_ref<const std::string&>();
    while (!lines.empty()) {
        const size_t end = std::min(lines.find('\n'), lines.size());
        SLOTH_TRY_VOID(parse_line(lines.substr(0, end), tree));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    if (!tree.has("")) return fail(Code::invalid, "the stored baseline is damaged");
    return tree;
}

}  // namespace sloth
