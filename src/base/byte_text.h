// Any bytes as UTF-8 text and back, exactly: what JSON carries between a script and the broker.
// Text that is UTF-8 already stays as it is; a byte that is not becomes a code point of a private
// range (U+F780 to U+F7FF), and a code point of that very range is taken apart byte by byte, so
// that both directions are exact. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sloth {

std::string to_byte_text(std::string_view bytes);
std::string from_byte_text(std::string_view text);

// Text that both functions leave as it is: most is.
bool is_plain_text(std::string_view text);

// Appends one byte from 0x80 on in its escaped form.
void append_escaped_byte(std::string& out, unsigned char byte);

// `text` begins with an escaped byte.
bool starts_with_escaped_byte(std::string_view text);

}  // namespace sloth
