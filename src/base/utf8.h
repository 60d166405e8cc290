// UTF-8 as it comes from outside: files, arguments, the output of programs. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sloth {

constexpr char32_t kReplacementCharacter = 0xFFFD;

// Takes the next code point off the front of `text`, which must not be empty. A byte that starts
// none (overlong forms and surrogates included) is taken alone, as kReplacementCharacter with
// `valid` false.
struct CodePoint {
    char32_t value = 0;
    bool valid = true;
};
CodePoint take_code_point(std::string_view& text);

void append_utf8(std::string& out, char32_t code_point);

bool is_utf8(std::string_view text);

// The text with every byte that is not UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace sloth
