// Authenticated encryption: AES-256-GCM (NIST SP 800-38D). What is sealed can only be read, and
// only be changed unnoticed, by who has the key. Any thread.
//
// The sealed form is a byte of version (1), the nonce, the ciphertext and 16 bytes of tag.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth::crypto {

constexpr size_t kSealKey = 32;    // bytes of a key
constexpr size_t kSealNonce = 12;  // bytes of a nonce

// Danger: never the same nonce twice under a key; draw it at random each time. `context` is sealed
// too but not part of the result: the same must be given to open it.
std::string seal(std::string_view key, std::string_view nonce, std::string_view text,
                 std::string_view context = {});

// Code::invalid if it is no sealed text, or was sealed with another key or context, or was changed:
// there is no telling which.
Result<std::string> open_sealed(std::string_view key, std::string_view sealed,
                                std::string_view context = {});

}  // namespace sloth::crypto
