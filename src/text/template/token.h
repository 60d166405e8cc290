// Cuts the text of a template into literal text and the words of its actions. White space that trim
// markers eat, and comments, are gone already. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace sloth::text {

struct Token {
    enum class Kind : uint8_t {
        text,         // outside of actions
        open,         // {{
        close,        // }}
        word,         // an identifier or a keyword
        field,        // .name, without the dot
        variable,     // $name, or $
        dot,          // .
        number,       // as written
        quoted,       // with its quotes
        open_round,   // (
        close_round,  // )
        pipe,         // |
        comma,
        declare,  // :=
        assign,   // =
        end,
    };
    Kind kind = Kind::end;
    std::string_view text;
    size_t at = 0;        // in the source
    bool spaced = false;  // something blank stands before it
};

// An error knows where it is.
struct TemplateError {
    size_t at = 0;
    std::string why;
    Code code = Code::invalid;
};
template <class T>
using Parsed = std::expected<T, TemplateError>;

std::unexpected<TemplateError> wrong(size_t at, std::string why);

// The last token is of the kind `end`. The tokens are views into `source`.
Parsed<std::vector<Token>> tokenize(std::string_view source);

// "template: line 3, column 7: why".
Error to_error(std::string_view source, const TemplateError& error);

}  // namespace sloth::text
