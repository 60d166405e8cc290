#include <openssl/evp.h>

#include <charconv>

#include "base/base64.h"
#include "base/check.h"
#include "crypto/digest.h"
#include "crypto/password.h"

namespace sloth::crypto {
namespace {

constexpr std::string_view kPrefix = "$scrypt$";
constexpr size_t kHashBytes = 32;
constexpr size_t kMostPassword = 4096;
constexpr uint64_t kMostMemory = 64 << 20;
constexpr uint64_t kMostWork = 1 << 20;  // N * r * p

std::string unpadded(std::string_view bytes) {
    std::string out = to_base64(bytes);
    while (out.ends_with('=')) out.pop_back();
    return out;
}

// As OWASP recommends: the less memory, the more rounds.
ScryptNumbers numbers_of(int cost) {
    constexpr int kRounds[] = {5, 3, 2};
    return {.ln = cost, .r = 8, .p = kRounds[cost - kLeastScryptCost]};
}

// "name=12" and what follows it.
bool take_number(std::string_view& rest, std::string_view name, char end, int& out) {
    if (!rest.starts_with(name)) return false;
    rest.remove_prefix(name.size());
    const auto [stop, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
    if (problem != std::errc() || stop == rest.data() + rest.size() || *stop != end) return false;
    rest.remove_prefix(static_cast<size_t>(stop - rest.data()) + 1);
    return true;
}

}  // namespace

Result<std::string> scrypt(std::string_view password, std::string_view salt,
                           const ScryptNumbers& numbers, size_t size) {
    const auto [ln, r, p] = numbers;
    const bool sane = ln >= 1 && ln <= 24 && r >= 1 && r <= 64 && p >= 1 && p <= 64;
    const uint64_t n = sane ? uint64_t{1} << ln : 0;
    const uint64_t block = sane ? static_cast<uint64_t>(r) : 0;
    if (!sane || 128 * n * block > kMostMemory || n * block * static_cast<uint64_t>(p) > kMostWork)
        return fail(Code::invalid, "scrypt with ln={}, r={}, p={} takes too much", ln, r, p);
    std::string out(size, '\0');
    // The library counts a little more than the table itself.
    constexpr uint64_t kRoom = 2 * kMostMemory;
    const int done = EVP_PBE_scrypt(password.data(), password.size(),
                                    reinterpret_cast<const unsigned char*>(salt.data()),
                                    salt.size(), n, block, static_cast<uint64_t>(p), kRoom,
                                    reinterpret_cast<unsigned char*>(out.data()), out.size());
    if (done != 1) return fail(Code::exhausted, "there is no memory for scrypt");
    return out;
}

Result<std::string> scrypt_hash(std::string_view password, int cost, std::string_view salt) {
    CHECK(salt.size() == kPasswordSalt);
    if (cost < kLeastScryptCost || cost > kMostScryptCost)
        return fail(Code::invalid, "the cost of scrypt is {} to {}, not {}", kLeastScryptCost,
                    kMostScryptCost, cost);
    if (password.empty() || password.size() > kMostPassword)
        return fail(Code::invalid, "scrypt takes passwords of 1 to {} bytes", kMostPassword);
    const ScryptNumbers numbers = numbers_of(cost);
    SLOTH_TRY(const std::string hash, scrypt(password, salt, numbers, kHashBytes));
    return fmt::format("{}ln={},r={},p={}${}${}", kPrefix, numbers.ln, numbers.r, numbers.p,
                       unpadded(salt), unpadded(hash));
}

Result<bool> scrypt_check(std::string_view password, std::string_view hash) {
    const auto no_hash = [] { return fail(Code::invalid, "this is no scrypt hash"); };
    ScryptNumbers numbers;
    std::string_view rest = hash;
    if (!rest.starts_with(kPrefix)) return no_hash();
    rest.remove_prefix(kPrefix.size());
    if (!take_number(rest, "ln=", ',', numbers.ln) || !take_number(rest, "r=", ',', numbers.r) ||
        !take_number(rest, "p=", '$', numbers.p))
        return no_hash();
    const size_t dollar = rest.find('$');
    if (dollar == std::string_view::npos) return no_hash();
    const auto salt = from_base64(rest.substr(0, dollar));
    const auto expected = from_base64(rest.substr(dollar + 1));
    if (!salt || !expected || expected->size() < 16 || expected->size() > 64) return no_hash();
    if (password.empty() || password.size() > kMostPassword) return false;
    SLOTH_TRY(const std::string made, scrypt(password, *salt, numbers, expected->size()));
    return equal_in_constant_time(made, *expected);
}

}  // namespace sloth::crypto
