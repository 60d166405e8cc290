// A regular expression (RE2: its time grows with the text alone, whatever the expression) or a
// plain text to look for. A value that does not change; one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sloth {

class Pattern {
 public:
    // Code::invalid says what is wrong with it. `fixed`: every character stands for itself.
    static Result<Pattern> compile(std::string_view text, bool fixed);
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    // Somewhere in `line`.
    bool matches(std::string_view line) const;

    // The whole match, then the groups; an absent group is "". Empty if nothing matches.
    std::vector<std::string> find(std::string_view line) const;

 private:
    struct Program;
    explicit Pattern(std::unique_ptr<const Program> program);

    std::unique_ptr<const Program> program_;
};

}  // namespace sloth
