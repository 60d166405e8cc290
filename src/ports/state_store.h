// Reading the key-value state that outlives runs, by stack. Writing is EventStore::flush and
// record. Any thread; blocks for a read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sloth {

class StateStore {
 public:
    virtual ~StateStore() = default;
    virtual Result<std::optional<std::string>> get(std::string_view stack,
                                                   std::string_view key) = 0;  // JSON
    // Sorted by key.
    virtual Result<std::vector<std::pair<std::string, std::string>>> scan(
        std::string_view stack, std::string_view prefix) = 0;
};

}  // namespace sloth
