// Regular expressions in RE2's syntax: linear time, bounded memory, no back references. Text is
// UTF-8; a byte that is none is matched by \C alone. A compiled expression is immutable and may be
// shared between threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sloth::text {

struct RegexLimits {
    size_t max_matches = 100'000;  // fewer if each has many groups
    size_t max_bytes = 16 << 20;   // of a text that is made
    // Asked after each match, which may have taken a while; false: Code::timed_out.
    std::function<bool()> go_on = [] { return true; };
};

class Regex {
 public:
    struct Span {
        size_t begin = 0;
        size_t end = 0;
        bool operator==(const Span&) const = default;
    };
    // The whole, then each group; a group that took no part has none.
    using Match = std::vector<std::optional<Span>>;

    static constexpr size_t kMaxPattern = 64 << 10;

    // Code::invalid with the reason and the piece of the pattern that it is about.
    static Result<Regex> compile(std::string_view pattern);
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;
    ~Regex();

    // Names of the groups from 1 on; "" for one without.
    const std::vector<std::string>& names() const;

    // The first match from `from` on; nothing if there is none. Code::exhausted if the text is too
    // long for a pattern of this size.
    Result<std::optional<Match>> find(std::string_view text, size_t from = 0) const;

    // Matches that do not overlap; an empty one right behind another does not count.
    Result<std::vector<Match>> find_all(std::string_view text, size_t wanted,
                                        const RegexLimits& limits = {}) const;

    // The text with up to `most` matches replaced. In `replacement` $1 and ${1} are groups, ${name}
    // a named one, $0 the whole match and $$ a dollar. Code::invalid for a group that is not there.
    Result<std::string> replace(std::string_view text, std::string_view replacement, size_t most,
                                const RegexLimits& limits = {}) const;

    // What stands between matches, in at most `most` pieces.
    Result<std::vector<std::string_view>> split(std::string_view text, size_t most,
                                                const RegexLimits& limits = {}) const;

 private:
    struct Compiled;
    explicit Regex(std::unique_ptr<const Compiled> compiled);

    std::unique_ptr<const Compiled> compiled_;
};

// A pattern that matches exactly this text.
std::string quote_regex(std::string_view text);

}  // namespace sloth::text
