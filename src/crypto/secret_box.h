// Sealing small values with a key: XChaCha20-Poly1305 of libsodium, a random nonce for each. What
// is sealed is bound to its place (`place`: a row's identity), so that a value moved to another row
// does not open there. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth {

// Wiped from memory when it goes.
class SecretKey {
 public:
    static constexpr size_t kBytes = 32;

    // From the system's random numbers.
    static SecretKey generate();
    // 64 hex digits; Code::invalid otherwise.
    static Result<SecretKey> from_hex(std::string_view hex);
    ~SecretKey();
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;

    std::string to_hex() const;
    // A name for the key that tells nothing about it: 16 hex digits of a hash.
    std::string id() const;

    // Hex digits of nonce and sealed bytes.
    std::string seal(std::string_view value, std::string_view place) const;
    // Code::failed if it was not sealed with this key for this place.
    Result<std::string> open(std::string_view sealed, std::string_view place) const;

 private:
    SecretKey() = default;
    std::array<unsigned char, kBytes> bytes_{};
};

}  // namespace sloth
