// Regular expressions in RE2's syntax, which always end in time that grows with the text alone. A
// value that may be shared; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace sloth::text {

class Regex {
 public:
    // Code::invalid with the place of the mistake. ^ and $ are the ends of the text; (?m) makes
    // them the ends of lines.
    static Result<Regex> compile(std::string_view pattern);

    // It fits somewhere in the text.
    bool matches(std::string_view text) const;

    struct Replaced {
        std::string text;
        size_t count = 0;
    };
    // Every match by `replacement`, in which $1 and ${name} are what a group found and $$ is a
    // dollar. Code::exhausted if the result has more than `max_bytes`.
    Result<Replaced> replace(std::string_view text, std::string_view replacement,
                             size_t max_bytes) const;

 private:
    explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace sloth::text
