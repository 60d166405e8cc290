// The file watcher: a file, or a folder with its entries. A snapshot is the truth; the kernel's
// notices and the interval only say when to take one. So nothing that lasts until the next look is
// missed, whatever happened to the notices. See watch/watcher.h for who may call it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/watcher_spec.h"
#include "watch/file_compare.h"
#include "watch/file_hash.h"
#include "watch/watcher.h"

namespace sloth {

class FileWatcher final : public Watcher {
 public:
    struct Options {
        std::string agent;  // named in the events
        uint64_t owner = 0;
        // Waiting for the rest of a burst: after a write that has not been closed, after one that
        // has, after a name has gone (editors put it back), and at most in all.
        Micros quiet = 5ms;
        Micros quiet_closed = 1ms;
        Micros grace = 10ms;
        Micros longest = 50ms;
        Micros unsettled = 1s;        // for a file that changes whenever it is hashed
        size_t hash_bytes = 8 << 20;  // per check: some 20 ms of work
    };

    // `baseline`: what baseline() said in an earlier life, or nothing.
    FileWatcher(WatcherSpec spec, std::optional<std::string> baseline, Notifier& notifier,
                Options options);
    ~FileWatcher() override;
    FileWatcher(const FileWatcher&) = delete;
    FileWatcher& operator=(const FileWatcher&) = delete;

    std::optional<MonoTime> notice(const Notice& notice, MonoTime now) override;
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    void arm();
    void arm_parent();
    bool hash_some(size_t budget);
    std::optional<MonoTime> wait_for_writer(MonoTime now);
    const std::string* known_hash(const std::string& name, const FileEntry& entry) const;
    std::optional<MonoTime> wait_for_missing(MonoTime now);
    void compare_with_baseline(Check& check);
    void find_own_rename(std::vector<FileChange>& changes) const;
    void add_sightings(const FileChange& change, bool inferred, Check& check) const;
    bool wants(FileChange::Kind kind) const;
    std::string path_of(const std::string& name) const;

    const WatcherSpec spec_;
    const Options options_;
    const std::string path_;
    Notifier& notifier_;

    std::optional<FileSnapshot> seen_;  // as of the last accepted check
    bool inferred_ = false;             // seen_ is of an earlier life

    std::optional<FileSnapshot> now_;  // being hashed or waiting to be accepted
    bool complete_ = false;            // now_ has its hashes
    std::vector<std::string> unhashed_;
    std::unique_ptr<FileHash> hash_;
    // A notice came for these: with the same times they may have another content.
    std::set<std::string> touched_;
    bool all_touched_ = false;

    std::optional<MonoTime> burst_since_;
    std::optional<MonoTime> missing_since_;
    std::optional<MonoTime> unsettled_since_;
    bool unsettled_ = false;  // a hash could not be taken, since the file changed meanwhile
    int parent_watch_ = -1;
    int target_watch_ = -1;
    std::string unaided_;
    std::string expected_name_;  // in the folder of parent_watch_
};

}  // namespace sloth
