// Opens a file for reading if it is a regular one: a FIFO would block, a device would do something.
// Blocking only as the disk does.
#pragma once

#include <string>

#include "base/file.h"
#include "watch/file_entry.h"

namespace sloth {

// Code::not_found also for what is there and no regular file; Code::refused, Code::failed.
Result<Fd> open_regular(const std::string& path, Links links);

}  // namespace sloth
