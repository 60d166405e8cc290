// The WatcherStore in one SQLite file, agent.db, with the specification's table `watchers`. One
// thread. A file of a newer schema is refused untouched. Acknowledging is not flushed: what comes
// back after a power cut is sent again, and the master knows it.
#pragma once

#include <filesystem>
#include <memory>

#include "ports/random.h"
#include "ports/watcher_store.h"
#include "storage/sqlite/database.h"

namespace sloth {

class SqliteWatcherStore final : public WatcherStore {
 public:
    // Makes the file, and with it the epoch, if there is none. Code::conflict for another schema.
    static Result<std::unique_ptr<SqliteWatcherStore>> open(const std::filesystem::path& path,
                                                            Random& random);

    Result<std::vector<WatcherSpec>> watchers() override;
    Result<void> save(const WatcherSpec& spec) override;
    Result<void> erase(std::string_view id) override;
    Result<std::optional<std::string>> baseline(std::string_view watcher_id) override;
    Result<void> store(std::span<const Observation> observations) override;
    const std::string& epoch() const override { return epoch_; }
    Result<std::vector<OutboxEntry>> unsent(uint64_t after_sequence, size_t limit) override;
    Result<void> acknowledge(uint64_t up_to_sequence) override;
    Result<size_t> outbox_size() override { return outbox_size_; }

 private:
    explicit SqliteWatcherStore(Database db) : db_(std::move(db)) {}
    Result<void> prepare();
    Result<void> begin_life(Random& random);
    Result<void> put(const Observation& observation);
    Result<void> add_to_outbox(const Event& event);
    void checkpoint();

    Database db_;
    std::string epoch_;
    size_t outbox_size_ = 0;
    int wal_pages_ = 0;

    Statement save_;
    Statement erase_;
    Statement baseline_;
    Statement set_baseline_;
    Statement add_event_;
    Statement unsent_;
    Statement acknowledge_;
};

}  // namespace sloth
