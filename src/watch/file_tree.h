// What a file watcher has seen: its path and, for a folder, the entries below, by their paths
// relative to it ("" is the path itself). Values; one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "watch/file_entry.h"

namespace sloth {

// Names with how they are now, where that differs; absent: gone.
using FileDelta = std::map<std::string, FileEntry, std::less<>>;

class FileTree {
 public:
    // A tree with more is refused: it could not be stored with every change in it.
    static constexpr size_t kMaxEntries = 100'000;

    struct Node {
        FileEntry entry;
        uint32_t round = 0;  // the walk that last met it
    };
    using Nodes = std::map<std::string, Node, std::less<>>;

    const FileEntry& at(std::string_view name) const;  // absent if it is not there
    bool has(std::string_view name) const { return nodes_.contains(name); }
    size_t size() const { return nodes_.size(); }
    Nodes& nodes() { return nodes_; }
    const Nodes& nodes() const { return nodes_; }

    // The entries below a folder, not itself: [first, last).
    std::pair<Nodes::iterator, Nodes::iterator> below(const std::string& folder);

    void apply(const FileDelta& delta);
    uint32_t next_round() { return ++rounds_; }

 private:
    Nodes nodes_;
    uint32_t rounds_ = 0;
};

// "a" and "b.txt" are "a/b.txt"; "" and "b.txt" are "b.txt".
std::string child_name(std::string_view folder, std::string_view name);

// For the next start. The path is in it, so that a baseline of another one is not taken for this
// one's. `delta` is what has changed on top of `tree`.
std::string to_json(const FileTree& tree, const FileDelta& delta, std::string_view path);
// Code::not_found if it is of another path, Code::invalid if it is damaged: begin anew.
Result<FileTree> parse_file_tree(std::string_view json, std::string_view path);

}  // namespace sloth
