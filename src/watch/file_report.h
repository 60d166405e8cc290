// The events of the file and the directory watcher: from changes to sightings. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "watch/file_compare.h"
#include "watch/watchers.h"

namespace sloth {

class FileReport {
 public:
    // `path` outlives it.
    FileReport(const WatcherSpec& spec, const WatcherContext& context, const std::string& path);

    // A directory watcher: all changes of a look are one event.
    bool as_a_whole() const { return whole_; }

    // One by one.
    void add(const FileChange& change, bool inferred, std::vector<Sighting>& out) const;
    // Together: `files` is how many files there were before.
    void add_all(std::span<const FileChange> changes, size_t files, bool inferred,
                 std::vector<Sighting>& out) const;

 private:
    bool wants(FileChange::Kind kind) const;
    std::string path_of(const std::string& name) const;
    std::string new_path_of(const FileChange& change) const;
    void split_rename(const FileChange& change, bool inferred, std::vector<Sighting>& out) const;
    void describe_modified(const FileChange& change, nlohmann::ordered_json& data) const;

    const Origin origin_;
    const std::string& path_;
    uint8_t wanted_ = 0;  // a bit for each kind of change
    const bool check_hash_;
    const bool whole_;
};

}  // namespace sloth
