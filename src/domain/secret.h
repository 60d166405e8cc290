// What is known of a secret beside its value. Values; pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sloth {

constexpr size_t kMaxSecretBytes = 64 << 10;

struct SecretInfo {
    std::string stack;
    std::string name;
    WallTime created_at{};
    WallTime updated_at{};

    bool operator==(const SecretInfo&) const = default;
};

// Letters, digits and "_-./", at most 128 bytes. Code::invalid says so.
Result<void> check_secret_name(std::string_view name);

}  // namespace sloth
