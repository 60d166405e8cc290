// Digests and their keyed form, HMAC (RFC 2104). Bytes in, bytes out; base/hex.h and base/base64.h
// write them. Any thread. md5 and sha1 are there for other people's formats, not for safety.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sloth::crypto {

enum class Digest : uint8_t { md5, sha1, sha256, sha512 };

std::optional<Digest> parse_digest(std::string_view name);  // "sha256"

std::string digest(Digest kind, std::string_view bytes);
std::string hmac(Digest kind, std::string_view key, std::string_view bytes);

// Whether two texts are the same, in a time that depends on their lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Before a lockdown: the library looks for its settings in files at the first use of each part.
void warm_up();

}  // namespace sloth::crypto
