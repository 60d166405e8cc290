// The table `meta`: single numbers that outlive the process. For a thread with a connection of its
// own.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/sqlite/database.h"

namespace sloth {

enum class Meta : uint8_t {
    epoch,              // of the process that has the file, or had it last
    hook_generation,    // of the set of hooks: ports/hook_store.h
    clean,              // 1 after an orderly close
    last_seq,           // numbers given before a deletion: never given again
    last_execution_id,  // the same for runs
};

Result<int64_t> read_meta(Database& db, Meta key);
Result<void> write_meta(Database& db, Meta key, int64_t value);

}  // namespace sloth
