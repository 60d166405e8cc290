#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "text/template/go_directive.h"

namespace sloth::text {
namespace {

size_t count_characters(std::string_view text) {
    size_t count = 0;
    while (!text.empty()) {
        take_code_point(text);
        ++count;
    }
    return count;
}

char letter_of_escape(char32_t c) {
    constexpr std::string_view kCharacters = "\a\b\f\n\r\t\v";
    constexpr std::string_view kLetters = "abfnrtv";
    const size_t at = c < 0x20 ? kCharacters.find(static_cast<char>(c)) : std::string_view::npos;
    return at == std::string_view::npos ? '\0' : kLetters[at];
}

void append_quoted_character(std::string& out, char32_t c, char quote, bool ascii) {
    if (c == static_cast<unsigned char>(quote) || c == '\\') {
        out += '\\';
        out += static_cast<char>(c);
    } else if (const char letter = letter_of_escape(c)) {
        out += '\\';
        out += letter;
    } else if ((c < 0x80 || !ascii) && is_go_printable(c)) {
        append_utf8(out, c);
    } else if (c < 0x20 || c == 0x7F) {
        out += fmt::format("\\x{:02x}", uint32_t{c});
    } else {
        out += c < 0x10000 ? fmt::format("\\u{:04x}", uint32_t{c})
                           : fmt::format("\\U{:08x}", uint32_t{c});
    }
}

}  // namespace

// Near enough to Unicode's categories without their tables: blanks, marks of direction, private and
// unassigned ranges are left out, and all letters, signs and pictures are in.
bool is_go_printable(char32_t c) {
    if (c < 0x20 || c == 0x7F || (c >= 0x80 && c <= 0xA0) || c == 0xAD) return false;
    if ((c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F)) return false;
    if ((c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF) return false;
    if ((c >= 0xD800 && c <= 0xF8FF) || (c >= 0xFFF0 && c <= 0xFFFB)) return false;
    return (c & 0xFFFE) != 0xFFFE && c < 0xE0000;
}

bool can_backquote(std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = take_code_point(text);
        if (!c.valid || c.value == 0xFEFF || c.value == '`' || c.value == 0x7F) return false;
        if (c.value < 0x20 && c.value != '\t') return false;
    }
    return true;
}

std::string go_quote(std::string_view text, char quote, bool ascii) {
    std::string out(1, quote);
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.front());
        const CodePoint c = take_code_point(text);
        if (c.valid) {
            append_quoted_character(out, c.value, quote, ascii);
        } else {
            out += fmt::format("\\x{:02x}", byte);
        }
    }
    return out + quote;
}

void GoWriter::character(char32_t c) { append_utf8(out_, c); }

std::string_view GoWriter::cut(std::string_view text) const {
    if (!how.has_precision) return text;
    std::string_view rest = text;
    for (int i = 0; i < how.precision && !rest.empty(); ++i) take_code_point(rest);
    return text.substr(0, text.size() - rest.size());
}

void GoWriter::pad(std::string_view text, bool zeros) {
    const size_t size = how.has_width ? count_characters(text) : 0;
    const auto width = static_cast<size_t>(how.width);
    const size_t blanks = how.has_width && size < width ? width - size : 0;
    if (!how.minus) out_.append(blanks, zeros ? '0' : ' ');
    out_.append(text);
    if (how.minus) out_.append(blanks, ' ');
}

bool GoWriter::string(std::string_view text, char32_t verb) {
    if (verb == 'x' || verb == 'X') {
        hex(text, verb == 'X');
        return true;
    }
    if (verb == 'q' || (verb == 'v' && how.sharp_v)) {
        const std::string_view shown = cut(text);
        const bool raw = (how.sharp || how.sharp_v) && verb == 'q' && can_backquote(shown);
        pad(raw ? fmt::format("`{}`", shown) : go_quote(shown, '"', how.plus), how.zero);
        return true;
    }
    if (verb != 's' && verb != 'v') return false;
    pad(cut(text), how.zero);
    return true;
}

void GoWriter::hex(std::string_view text, bool upper) {
    if (how.has_precision) text = text.substr(0, static_cast<size_t>(how.precision));
    const std::string_view kDigits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string digits;
    for (size_t i = 0; i < text.size(); ++i) {
        if (how.space && i > 0) digits += ' ';
        if (how.sharp && (how.space || i == 0)) digits += upper ? "0X" : "0x";
        const auto byte = static_cast<unsigned char>(text[i]);
        digits += kDigits[byte >> 4];
        digits += kDigits[byte & 15];
    }
    pad(digits, how.zero);
}

}  // namespace sloth::text
