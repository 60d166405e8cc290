#include <algorithm>
#include <array>
#include <vector>

#include "base/utf8.h"
#include "base/uuid.h"
#include "lua/binding.h"
#include "lua/context.h"
#include "lua/kept.h"
#include "lua/modules/crypto.h"
#include "lua/randomness.h"

namespace sloth::lua {
namespace {

constexpr lua_Integer kMostBytes = 64 << 10;
constexpr lua_Integer kMostCharacters = 4096;
constexpr lua_Integer kLeastPassword = 8;
constexpr lua_Integer kUsualPassword = 16;

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSpecial = "!#$%&()*+,-./:;<=>?@[]^_{|}~";  // no quotes, no blanks

class Uuids final : public Kept {
 public:
    explicit Uuids(Random& random) : ids({random.next(), random.next()}) {}
    UuidGenerator ids;
};

// The characters of the text, each once; bytes that are not UTF-8 stand for themselves.
std::vector<std::string_view> characters_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        std::string_view rest = text;
        take_code_point(rest);
        out.push_back(text.substr(0, text.size() - rest.size()));
        text = rest;
    }
    std::ranges::sort(out);
    const auto twins = std::ranges::unique(out);
    out.erase(twins.begin(), twins.end());
    return out;
}

char pick(Random& random, std::string_view from) { return from[random_below(random, from.size())]; }

}  // namespace

// crypto.uuid() -> "xxxxxxxx-xxxx-4xxx-..."
int crypto_uuid_v4(lua_State* L) {
    Random& random = context(L).random;
    push(L, uuid_v4({random.next(), random.next()}));
    return 1;
}

// crypto.uuid_v7() -> one that sorts by time
int crypto_uuid_v7(lua_State* L) {
    Context& run = context(L);
    push(L, kept<Uuids>(run, run.random).ids.next(run.clock.wall()));
    return 1;
}

// crypto.random_bytes(count) -> a string of so many bytes
int crypto_random_bytes(lua_State* L) {
    const lua_Integer count = check_integer(L, 1, 1, kMostBytes);
    push(L, random_bytes(context(L).random, static_cast<size_t>(count)));
    return 1;
}

// crypto.random_string(count [, characters = letters and digits])
int crypto_random_string(lua_State* L) {
    const lua_Integer count = check_integer(L, 1, 1, kMostCharacters);
    const std::string usual = std::string(kLower) + std::string(kUpper) + std::string(kDigits);
    const auto characters = characters_of(optional_text(L, 2).value_or(usual));
    if (characters.size() < 2) argument_error(L, 2, "two different characters expected, at least");
    std::string out;
    for (lua_Integer i = 0; i < count; ++i)
        out += characters[random_below(context(L).random, characters.size())];
    push(L, out);
    return 1;
}

// crypto.generate_password([length = 16 [, special = true]]): one of each kind of characters at
// least
int crypto_generate_password(lua_State* L) {
    const lua_Integer length =
        optional_integer(L, 1, kLeastPassword, kMostCharacters).value_or(kUsualPassword);
    const bool special = optional_boolean(L, 2).value_or(true);
    Random& random = context(L).random;
    std::vector<std::string_view> kinds{kLower, kUpper, kDigits};
    if (special) kinds.push_back(kSpecial);
    std::string all;
    std::string out;
    for (const std::string_view kind : kinds) {
        all += kind;
        out += pick(random, kind);
    }
    while (out.size() < static_cast<size_t>(length)) out += pick(random, all);
    for (size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[random_below(random, i)]);
    push(L, out);
    return 1;
}

}  // namespace sloth::lua
