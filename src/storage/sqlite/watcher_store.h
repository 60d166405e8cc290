// The WatcherStore in one SQLite file, agent.db, with the specification's table `watchers`. One
// thread. A file of a newer schema is refused untouched, one of an older is brought forward.
// Acknowledging is not flushed: what comes back after a power cut is sent again, and the master
// knows it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>

#include "ports/random.h"
#include "ports/watcher_store.h"
#include "storage/sqlite/database.h"

namespace sloth {

class SqliteWatcherStore final : public WatcherStore {
 public:
    // Makes the file, and with it the epoch, if there is none. Code::conflict for a newer schema.
    static Result<std::unique_ptr<SqliteWatcherStore>> open(const std::filesystem::path& path,
                                                            Random& random);

    Result<std::vector<WatcherSpec>> watchers() override;
    Result<void> save(const WatcherSpec& spec, WallTime since) override;
    Result<void> save_anew(const WatcherSpec& spec, WallTime since) override;
    Result<void> erase(std::string_view id) override;
    Result<std::optional<std::string>> baseline(std::string_view watcher_id) override;
    Result<WatcherRecord> record(std::string_view watcher_id) override;
    Result<void> store(std::span<const Observation> observations) override;
    Result<void> looked(std::span<const WatcherLook> looks) override;
    const std::string& epoch() const override { return epoch_; }
    Result<std::vector<OutboxEntry>> unsent(uint64_t after_sequence, size_t limit,
                                            uint64_t bytes) override;
    Result<void> acknowledge(uint64_t up_to_sequence) override;
    OutboxSize outbox_size() const override { return size_; }
    Result<std::vector<OutboxHead>> heads(Order order, size_t limit) override;
    Result<void> drop(std::span<const uint64_t> sequences, const Event& said) override;

 private:
    // Kept beside the table, so that nothing is counted by reading it; changed when a commit is
    // through.
    struct Counted {
        OutboxSize size;
        std::map<std::string, int64_t, std::less<>> waiting;  // by watcher
    };

    explicit SqliteWatcherStore(Database db) : db_(std::move(db)) {}
    Result<void> prepare();
    Result<void> prepare_outbox();
    Result<void> count();
    // One transaction around `work`.
    Result<void> commit(const std::function<Result<void>(Counted& delta)>& work);
    Result<void> without_flush(const std::function<Result<void>(Counted& delta)>& work);
    void add(const Counted& delta);
    Result<void> put(const Observation& observation, Counted& delta);
    Result<void> put_look(std::string_view watcher_id, WallTime at);
    Result<void> put_doubts(const Observation& observation);
    Result<void> add_to_outbox(std::string_view watcher_id, const Event& event, Counted& delta);
    // Runs a DELETE ... RETURNING bytes, watcher_id.
    Result<void> remove(Statement& statement, Counted& delta);
    void checkpoint();

    Database db_;
    std::string epoch_;
    OutboxSize size_;
    std::map<std::string, int64_t, std::less<>> waiting_;
    int wal_pages_ = 0;

    Statement save_;
    Statement erase_;
    Statement baseline_;
    Statement record_;
    Statement doubts_;
    Statement observe_;
    Statement set_baseline_;
    Statement set_look_;
    Statement add_doubt_;
    Statement trim_doubts_;
    Statement add_event_;
    Statement unsent_;
    Statement acknowledge_;
    Statement oldest_;
    Statement expendable_;
    Statement drop_;
    Statement count_dropped_;
    Statement add_dropped_;
};

}  // namespace sloth
