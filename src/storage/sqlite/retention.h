// Taking events out of the store: one by one, or all that are old enough. Only finished ones go,
// and with them their runs.
#pragma once

#include "base/time.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace sloth {

Result<void> erase_event(WriteGroup& group, int64_t seq);

Result<int64_t> count_old_events(Reader& reader, WallTime before);

// In slices, each a call in the writer's queue, so that other writers never wait long. Not from the
// writer's thread.
Result<int64_t> delete_old_events(Writer& writer, WallTime before);

}  // namespace sloth
