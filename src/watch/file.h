// The file and the directory watcher: a path and, for a folder, what lies below. A look is the
// truth; the kernel's notices and the interval only say when to take one, and where. So nothing
// that lasts until the next look is missed, whatever happened to the notices. A `file` watcher
// tells of each entry, a `directory` watcher of the folder as a whole. See watch/watcher.h for who
// may call it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "watch/file_compare.h"
#include "watch/file_hash.h"
#include "watch/file_report.h"
#include "watch/tree_look.h"
#include "watch/watchers.h"

namespace sloth {

class FileWatcher final : public Watcher {
 public:
    struct Options {
        // Waiting for the rest of a burst: after a write that has not been closed, after one that
        // has, after a name has gone (editors put it back), and at most in all.
        Micros quiet = 5ms;
        Micros quiet_closed = 1ms;
        Micros grace = 10ms;
        Micros longest = 50ms;
        Micros unsettled = 1s;        // for a file that changes whenever it is hashed
        size_t hash_bytes = 8 << 20;  // per check: some 20 ms of work
        size_t entries = 4'000;       // looked at per check: some 10 ms
        size_t sightings = 5'000;     // per check; the rest follows at once
        // What a large tree may cost: the baseline is written with every change, and a walk takes
        // some microseconds an entry.
        Micros rest_per_entry = 10us;
        Micros rewalk_per_entry = 1ms;  // where the kernel tells of all of it
    };

    // `baseline`: what baseline() said in an earlier life, or nothing.
    FileWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                const WatcherContext& context, Options options);

    std::optional<MonoTime> notice(const Notice& notice, MonoTime now) override;
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    void begin(MonoTime now);
    void look_again_at_missing();
    std::optional<MonoTime> wait_for_missing(MonoTime now);
    std::optional<MonoTime> wait_for_writer(MonoTime now);
    void find_unhashed();
    bool hash_some(size_t budget);
    void put_hash(const std::string& name, std::string hash);
    void find_changes();
    void find_own_rename();
    void add_slice(MonoTime now, Check& check);
    std::string path_of(const std::string& name) const;

    const Options options_;
    const TreeLook::Options tree_;
    const FileReport report_;
    const bool check_hash_;
    const Micros interval_;
    TreeWatch watch_;

    FileTree seen_;          // as of the last accepted check
    bool known_ = false;     // there was one
    bool inferred_ = false;  // seen_ is of an earlier life

    // What the kernel told since the last look began.
    std::set<std::string> touched_;
    bool everything_ = false;  // look at all of it
    bool overflow_ = false;    // notices were dropped
    std::optional<MonoTime> burst_since_;
    MonoTime rested_{};  // not before then, for a large tree
    std::optional<MonoTime> walked_;

    // The look that is under way: first the walk, then the hashes, then its changes in slices.
    struct Look {
        TreeLook walk;
        std::set<std::string> told;  // names that the kernel had told of
        bool told_all = false;       // it had lost count
        bool gap = false;
        std::optional<std::vector<std::string>> unhashed = {};
        std::unique_ptr<FileHash> hash = {};
        std::set<std::string> unsettled = {};  // could not be hashed, since they changed meanwhile
        std::optional<MonoTime> missing_since = {};
        std::optional<MonoTime> unsettled_since = {};
        std::optional<std::vector<FileChange>> changes = {};
        size_t accepted = 0;     // of the changes
        size_t reported = 0;     // up to here, by the last check
        FileDelta pending = {};  // what the last check reported, to be taken over into seen_
    };
    std::unique_ptr<Look> look_;  // none while it rests
};

}  // namespace sloth
