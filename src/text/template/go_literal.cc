#include "text/template/go_literal.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/utf8.h"

namespace sloth::text {
namespace {

// Takes `count` digits; nothing if they are not there.
std::optional<uint32_t> take_digits(std::string_view& rest, size_t count, int base) {
    uint32_t value = 0;
    if (rest.size() < count) return std::nullopt;
    const char* end = rest.data() + count;
    const auto [stop, problem] = std::from_chars(rest.data(), end, value, base);
    if (problem != std::errc() || stop != end) return std::nullopt;
    rest.remove_prefix(count);
    return value;
}

std::optional<char> simple_escape(char letter, char quote) {
    constexpr std::string_view kLetters = "abfnrtv\\";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
    if (const size_t at = kLetters.find(letter); at != std::string_view::npos) return kValues[at];
    return letter == quote ? std::optional(letter) : std::nullopt;
}

// A byte of its own, or a character as UTF-8.
bool append_numeric(std::string& out, std::string_view& rest, char letter) {
    if (letter == 'x' || (letter >= '0' && letter <= '7')) {
        if (letter != 'x') rest = {rest.data() - 1, rest.size() + 1};
        const auto byte = letter == 'x' ? take_digits(rest, 2, 16) : take_digits(rest, 3, 8);
        if (!byte || *byte > 0xFF) return false;
        out += static_cast<char>(*byte);
        return true;
    }
    if (letter != 'u' && letter != 'U') return false;
    const auto point = take_digits(rest, letter == 'u' ? 4 : 8, 16);
    if (!point || *point > 0x10FFFF || (*point >= 0xD800 && *point < 0xE000)) return false;
    append_utf8(out, *point);
    return true;
}

Result<std::string> unescape(std::string_view rest, char quote) {
    std::string out;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c != '\\') {
            out += c;
            continue;
        }
        if (rest.empty()) return fail(Code::invalid, "a quoted text ends in \\");
        const char letter = rest.front();
        rest.remove_prefix(1);
        if (const auto plain = simple_escape(letter, quote)) {
            out += *plain;
        } else if (!append_numeric(out, rest, letter)) {
            return fail(Code::invalid, "\\{} is no escape in a quoted text", letter);
        }
    }
    return out;
}

// '\xff' is the number 255, not a byte that is no character.
Result<Value> parse_character(std::string_view inside) {
    SLOTH_TRY(const std::string bytes, unescape(inside, '\''));
    if (inside.starts_with('\\') && bytes.size() == 1)
        return Value(int64_t{static_cast<unsigned char>(bytes[0])});
    std::string_view rest = bytes;
    if (rest.empty()) return fail(Code::invalid, "'' holds no character");
    const CodePoint c = take_code_point(rest);
    if (!rest.empty()) return fail(Code::invalid, "'{}' holds more than one character", inside);
    return Value(int64_t{c.value});
}

// Underscores may stand between digits, and after the prefix of a base.
bool underscores_are_well_placed(std::string_view text) {
    char before = '^';
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '^';
        const bool after_prefix = i == 2 && text[0] == '0' && !std::isdigit(before);
        if (c == '_' && !((std::isxdigit(before) || after_prefix) && std::isxdigit(next)))
            return false;
        before = c;
    }
    return true;
}

struct Based {
    std::string_view digits;
    int base = 10;
};

Based split_base(std::string_view text) {
    const auto has = [&](char lower) { return text.size() > 1 && (text[1] | 0x20) == lower; };
    if (!text.starts_with('0') || text.size() == 1) return {text, 10};
    if (has('x')) return {text.substr(2), 16};
    if (has('o')) return {text.substr(2), 8};
    if (has('b')) return {text.substr(2), 2};
    return {text.substr(1), 8};
}

bool is_float(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X"))
        return text.find_first_of("pP.") != std::string_view::npos;
    return text.find_first_of(".eE") != std::string_view::npos;
}

Result<Value> parse_float(const std::string& text, std::string_view original) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool hex = text.find_first_of("xX") != std::string::npos;
    const bool complete = *end == '\0' && (!hex || text.find_first_of("pP") != std::string::npos);
    if (!complete) return fail(Code::invalid, "{} is no number", original);
    if (std::isinf(value)) return fail(Code::invalid, "the number {} is too large", original);
    return Value(value);
}

}  // namespace

Result<Value> parse_go_quoted(std::string_view text) {
    const char quote = text.front();
    const std::string_view inside = text.substr(1, text.size() - 2);
    if (quote == '`') {
        std::string raw(inside);
        std::erase(raw, '\r');
        return Value(std::move(raw));
    }
    if (quote == '\'') return parse_character(inside);
    SLOTH_TRY(std::string value, unescape(inside, '"'));
    return Value(std::move(value));
}

Result<Value> parse_go_number(std::string_view text) {
    std::string_view unsigned_text = text;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) unsigned_text.remove_prefix(1);
    const bool starts_well =
        !unsigned_text.empty() && (std::isdigit(unsigned_text[0]) != 0 || unsigned_text[0] == '.');
    if (!starts_well || !underscores_are_well_placed(unsigned_text))
        return fail(Code::invalid, "{} is no number", text);
    std::string plain;
    for (const char c : unsigned_text)
        if (c != '_') plain += c;
    const std::string sign = negative ? "-" : "";
    if (is_float(plain)) return parse_float(sign + plain, text);
    const Based parts = split_base(plain);
    const std::string digits = sign + std::string(parts.digits);
    int64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, problem] = std::from_chars(digits.data(), end, value, parts.base);
    if (problem == std::errc::result_out_of_range)
        return fail(Code::invalid, "the number {} is too large", text);
    if (problem != std::errc() || stop != end) return fail(Code::invalid, "{} is no number", text);
    return Value(value);
}

}  // namespace sloth::text
