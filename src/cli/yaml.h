// JSON values as YAML: the same keys in the same order, every string quoted that a reader could
// take for something else. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace sloth::cli {

// Ends with a line end.
std::string to_yaml(const nlohmann::ordered_json& value);

}  // namespace sloth::cli
