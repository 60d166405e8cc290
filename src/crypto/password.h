// Slow hashes of passwords, each a text that says how it was made, so that a check needs nothing
// else. They take a tenth of a second and more, on purpose: nothing for a worker or an event loop.
// Any thread. No error holds a password.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sloth::crypto {

constexpr size_t kPasswordSalt = 16;  // bytes, at random for each hash

// bcrypt, "$2b$12$...". Each step of the cost doubles the time.
constexpr int kLeastBcryptCost = 10;
constexpr int kUsualBcryptCost = 12;
constexpr int kMostBcryptCost = 15;

// Code::invalid for a cost out of the range, and for a password that is empty, holds a zero byte or
// is longer than 72 bytes: bcrypt would silently cut it there.
Result<std::string> bcrypt_hash(std::string_view password, int cost, std::string_view salt);

// Takes $2a$, $2b$ and $2y$. Code::invalid if `hash` is none, or one that costs more than we make.
Result<bool> bcrypt_check(std::string_view password, std::string_view hash);

// scrypt, "$scrypt$ln=15,r=8,p=3$salt$hash". The cost is ln: 2^ln KiB of memory; the other numbers
// follow from it as OWASP recommends.
constexpr int kLeastScryptCost = 14;
constexpr int kUsualScryptCost = 15;
constexpr int kMostScryptCost = 16;

struct ScryptNumbers {
    int ln = 0;
    int r = 0;
    int p = 0;
};

Result<std::string> scrypt_hash(std::string_view password, int cost, std::string_view salt);
Result<bool> scrypt_check(std::string_view password, std::string_view hash);

// RFC 7914 itself. Code::invalid if the numbers take over 64 MiB, or more work than cost 16.
Result<std::string> scrypt(std::string_view password, std::string_view salt,
                           const ScryptNumbers& numbers, size_t size);

}  // namespace sloth::crypto
