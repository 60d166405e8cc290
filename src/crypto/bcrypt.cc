#include <crypt.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include "base/check.h"
#include "crypto/digest.h"
#include "crypto/password.h"

namespace sloth::crypto {
namespace {

constexpr size_t kMostBytes = 72;
constexpr size_t kHashSize = 60;

// The library's working space holds traces of the password.
struct Workspace {
    crypt_data data{};
    ~Workspace() { ::explicit_bzero(&data, sizeof data); }
};

bool fits(std::string_view password) {
    return !password.empty() && password.size() <= kMostBytes &&
           password.find('\0') == std::string_view::npos;
}

Result<std::string> run(std::string_view password, const std::string& setting) {
    std::string phrase(password);
    const auto space = std::make_unique<Workspace>();
    const char* made =
        ::crypt_rn(phrase.c_str(), setting.c_str(), &space->data, sizeof space->data);
    ::explicit_bzero(phrase.data(), phrase.size());
    if (made == nullptr || *made == '*') return fail(Code::invalid, "this is no bcrypt hash");
    return std::string(made);
}

// "$2b$12$" and 53 letters. The cost, or nothing.
std::optional<int> cost_of(std::string_view hash) {
    constexpr std::string_view kLetters =
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const bool prefix =
        hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
    if (!prefix || hash.size() != kHashSize || hash[6] != '$') return std::nullopt;
    if (hash.substr(7).find_first_not_of(kLetters) != std::string_view::npos) return std::nullopt;
    int cost = 0;
    const auto [stop, problem] = std::from_chars(hash.data() + 4, hash.data() + 6, cost);
    if (problem != std::errc() || stop != hash.data() + 6) return std::nullopt;
    return cost;
}

}  // namespace

Result<std::string> bcrypt_hash(std::string_view password, int cost, std::string_view salt) {
    CHECK(salt.size() == kPasswordSalt);
    if (cost < kLeastBcryptCost || cost > kMostBcryptCost)
        return fail(Code::invalid, "the cost of bcrypt is {} to {}, not {}", kLeastBcryptCost,
                    kMostBcryptCost, cost);
    if (!fits(password))
        return fail(Code::invalid, "bcrypt takes passwords of 1 to {} bytes without a zero byte",
                    kMostBytes);
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    CHECK(::crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), salt.data(),
                             static_cast<int>(salt.size()), setting, sizeof setting) != nullptr);
    return run(password, setting);
}

Result<bool> bcrypt_check(std::string_view password, std::string_view hash) {
    const std::optional<int> cost = cost_of(hash);
    if (!cost) return fail(Code::invalid, "this is no bcrypt hash");
    if (*cost > kMostBcryptCost)
        return fail(Code::invalid, "the bcrypt hash has a cost of {}, more than {}", *cost,
                    kMostBcryptCost);
    if (!fits(password)) return false;
    SLOTH_TRY(const std::string made, run(password, std::string(hash)));
    return equal_in_constant_time(made, hash);
}

}  // namespace sloth::crypto
