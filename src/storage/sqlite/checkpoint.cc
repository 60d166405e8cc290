#include "storage/sqlite/checkpoint.h"

namespace sloth {
namespace {

constexpr int kPageBytes = 4096;
constexpr int kBusyMillis = 5000;
constexpr int kTruncateWaitMillis = 20;  // a writer that waits longer for readers is a stall

}  // namespace

Checkpointer::Checkpointer(Database& db) : db_(db) {
    sqlite3_wal_hook(db_.handle(), &Checkpointer::on_commit, this);
}

Checkpointer::~Checkpointer() { sqlite3_wal_hook(db_.handle(), nullptr, nullptr); }

int Checkpointer::on_commit(void* self, sqlite3*, const char*, int pages) {
    auto& checkpointer = *static_cast<Checkpointer*>(self);
    // The log starts anew after a complete checkpoint.
    if (pages < checkpointer.pages_) checkpointer.done_pages_ = 0;
    checkpointer.pages_ = pages;
    return SQLITE_OK;
}

Result<void> Checkpointer::after_commit() {
    if (pages_ - done_pages_ < kPages) return {};
    const bool huge = int64_t(pages_) * kPageBytes > kTruncateBytes;
    return run(huge ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE);
}

Result<void> Checkpointer::when_idle() {
    return has_work() ? run(SQLITE_CHECKPOINT_PASSIVE) : Result<void>();
}

Result<void> Checkpointer::run(int mode) {
    const bool truncate = mode == SQLITE_CHECKPOINT_TRUNCATE;
    if (truncate) sqlite3_busy_timeout(db_.handle(), kTruncateWaitMillis);
    const int rc = sqlite3_wal_checkpoint_v2(db_.handle(), nullptr, mode, nullptr, nullptr);
    if (truncate) sqlite3_busy_timeout(db_.handle(), kBusyMillis);
    done_pages_ = pages_;
    if (truncate && rc == SQLITE_OK) pages_ = done_pages_ = 0;
    if (rc == SQLITE_OK) return {};
    Error error = Database::error(db_.handle(), "write the log back into the database");
    if (error.code != Code::corrupt) return {};  // no room, or readers: a later one will do
    return fail_with(std::move(error));
}

}  // namespace sloth
