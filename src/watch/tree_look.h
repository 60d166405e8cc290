// One look at a path and what lies below it, in bounded pieces: everything, or only certain names.
// What is found to be otherwise than what was seen makes up the delta. One thread.
//
// Symlinks are looked at and not followed, unless that is asked; a folder that is put in the place
// of another by a symlink while it is read is not read.
#pragma once

#include <dirent.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "watch/file_tree.h"
#include "watch/path_globs.h"
#include "watch/tree_watch.h"

namespace sloth {

class TreeLook {
 public:
    struct Options {
        std::string path;
        bool recursive = false;
        Links links = Links::kept;
        PathGlobs globs{{}, {}};
    };

    TreeLook(const Options& options, FileTree& seen, TreeWatch& watch)
        : options_(options), seen_(seen), watch_(watch) {}

    // What is to be looked at; more may be added after it was finished.
    void add_everything();
    void add(const std::string& name);

    // Looks at about `entries` more. True when it is done. An error means that the path itself
    // cannot be read; nothing can be said then.
    Result<bool> step(size_t entries);

    FileDelta& delta() { return delta_; }
    bool whole() const { return whole_; }                    // everything was looked at
    const std::string& problem() const { return problem_; }  // a folder that cannot be read

 private:
    struct CloseDir {
        void operator()(DIR* dir) const { ::closedir(dir); }
    };

    Result<void> look_at_root();
    void look_at_name(const std::string& name);
    void open_next_folder();
    void read_folder(size_t& entries);
    void meet(const std::string& name, const FileEntry& entry);
    void keep(const std::string& name);
    void lose_below(const std::string& folder);
    void finish_walk();
    Fd open_folder(const std::string& name);
    bool descends(const std::string& name) const;

    const Options& options_;
    FileTree& seen_;
    TreeWatch& watch_;
    FileDelta delta_;
    bool whole_ = false;
    bool walking_ = false;
    uint32_t round_ = 0;
    size_t added_ = 0;                  // names that were not seen before
    std::set<std::string> names_;       // still to be looked at
    std::vector<std::string> folders_;  // still to be read
    std::unique_ptr<DIR, CloseDir> dir_;
    std::string dir_name_;
    std::set<std::pair<uint64_t, uint64_t>> met_;  // folders, where links could lead in circles
    std::string problem_;
};

}  // namespace sloth
