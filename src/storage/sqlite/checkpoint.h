// When the log (the -wal file) is copied back into the database. Belongs to the writer's connection
// and thread: a second connection that checkpoints would meet a known corruption bug of SQLite.
//
// Passive every kPages, which gave the best tail latency of what was measured (250 and 16,000 pages
// are both worse), and when idle; TRUNCATE when readers let the log grow over kTruncateBytes.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "storage/sqlite/database.h"

namespace sloth {

class Checkpointer {
 public:
    static constexpr int kPages = 2000;
    static constexpr int64_t kTruncateBytes = 64 << 20;

    explicit Checkpointer(Database& db);  // registers itself with the connection
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    // An error here means that the disk cannot be trusted (Code::corrupt); a full disk is none.
    Result<void> after_commit();
    Result<void> when_idle();
    bool has_work() const { return pages_ > done_pages_; }

 private:
    static int on_commit(void* self, sqlite3*, const char*, int pages);
    Result<void> run(int mode);

    Database& db_;
    int pages_ = 0;       // in the log after the last commit
    int done_pages_ = 0;  // of those, when the last checkpoint ran
};

}  // namespace sloth
