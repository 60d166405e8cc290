// A FileSnapshot as the JSON that the agent keeps between its lives. Pure. It carries the path, so
// that a baseline of another path is not taken for this one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "watch/file_snapshot.h"

namespace sloth {

std::string to_json(const FileSnapshot& snapshot, std::string_view path);

// Code::not_found if it is of another path, Code::invalid if it is damaged: begin anew.
Result<FileSnapshot> parse_file_snapshot(std::string_view json, std::string_view path);

}  // namespace sloth
