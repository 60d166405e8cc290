// One setting as `config show` prints it. A value.
#pragma once

#include <string>

namespace sloth::cli {

struct ConfigRow {
    std::string key;
    std::string value;
    std::string origin;  // "default", a file, an environment variable or a flag
    std::string default_value;
    std::string environment;  // the variable that sets it
    std::string reason;       // why the default is what it is

    bool operator==(const ConfigRow&) const = default;
};

}  // namespace sloth::cli
