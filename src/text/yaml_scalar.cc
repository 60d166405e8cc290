#include "text/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "base/base64.h"

namespace sloth::text {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_null(std::string_view text) {
    return text.empty() || is_one_of(text, {"~", "null", "Null", "NULL"});
}

std::optional<bool> to_boolean(std::string_view text) {
    if (is_one_of(text, {"true", "True", "TRUE"})) return true;
    if (is_one_of(text, {"false", "False", "FALSE"})) return false;
    return std::nullopt;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t count_digits(std::string_view text) {
    size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    return count;
}

std::string_view without_sign(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return text;
}

double to_double(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

// `digits` of `base`; those of hex and octal numbers have no sign.
Value to_whole(std::string_view text, std::string_view digits, int base) {
    int64_t value = 0;
    const char* end = digits.data() + digits.size();
    if (text.starts_with('-')) digits = {digits.data() - 1, digits.size() + 1};
    if (std::from_chars(digits.data(), end, value, base).ec == std::errc()) return value;
    if (base == 10) return to_double(text);
    double sum = 0;
    for (const char c : digits) sum = sum * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    return sum;
}

std::optional<Value> to_integer(std::string_view text) {
    const auto all = [](std::string_view digits, std::string_view set) {
        return !digits.empty() && digits.find_first_not_of(set) == std::string_view::npos;
    };
    if (text.starts_with("0o") && all(text.substr(2), "01234567"))
        return to_whole(text, text.substr(2), 8);
    if (text.starts_with("0x") && all(text.substr(2), "0123456789abcdefABCDEF"))
        return to_whole(text, text.substr(2), 16);
    const std::string_view digits = without_sign(text);
    if (all(digits, "0123456789")) return to_whole(text, digits, 10);
    return std::nullopt;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool has_float_form(std::string_view text) {
    text = without_sign(text);
    const size_t whole = count_digits(text);
    text.remove_prefix(whole);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const size_t fraction = count_digits(text);
        if (whole == 0 && fraction == 0) return false;
        text.remove_prefix(fraction);
    } else if (whole == 0) {
        return false;
    }
    if (text.empty()) return true;
    if (text.front() != 'e' && text.front() != 'E') return false;
    text = without_sign(text.substr(1));
    return !text.empty() && count_digits(text) == text.size();
}

std::optional<double> to_number(std::string_view text) {
    if (has_float_form(text)) return to_double(text);
    if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return std::numeric_limits<double>::quiet_NaN();
    if (!is_one_of(without_sign(text), {".inf", ".Inf", ".INF"})) return std::nullopt;
    const double infinity = std::numeric_limits<double>::infinity();
    return text.starts_with('-') ? -infinity : infinity;
}

bool overflowed(double value, std::string_view text) {
    return std::isinf(value) && text.find_first_of("iI") == std::string_view::npos;
}

Result<Value> checked(Value value, std::string_view text) {
    if (const double* number = value.number(); number != nullptr && overflowed(*number, text))
        return fail(Code::invalid, "the number {:.40} is too large", text);
    return value;
}

Result<Value> not_of(std::string_view text, std::string_view tag) {
    return fail(Code::invalid, "\"{:.40}\" is not what the tag !!{} says", text, tag);
}

Result<Value> from_binary(std::string_view text) {
    std::string packed(text);  // folded over lines
    std::erase_if(packed, [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
    SLOTH_TRY(std::string bytes, from_base64(packed));
    return Value(std::move(bytes));
}

}  // namespace

Result<Value> resolve_yaml_scalar(std::string_view text) {
    if (is_null(text)) return Value();
    if (const auto boolean = to_boolean(text)) return Value(*boolean);
    if (std::optional<Value> whole = to_integer(text)) return checked(std::move(*whole), text);
    if (const auto number = to_number(text)) return checked(*number, text);
    return Value(text);
}

Result<Value> resolve_yaml_scalar(std::string_view text, std::string_view tag) {
    const bool known = tag.starts_with(kTagPrefix);
    const std::string_view name = known ? tag.substr(kTagPrefix.size()) : std::string_view();
    if (name == "str") return Value(text);
    if (name == "null") return is_null(text) ? Value() : not_of(text, name);
    if (name == "bool") {
        const auto boolean = to_boolean(text);
        return boolean ? Value(*boolean) : not_of(text, name);
    }
    if (name == "int") {
        std::optional<Value> whole = to_integer(text);
        return whole ? checked(std::move(*whole), text) : not_of(text, name);
    }
    if (name == "float") {
        const auto number = to_number(text);
        return number ? checked(*number, text) : not_of(text, name);
    }
    if (name == "binary") return from_binary(text);
    if (name == "seq" || name == "map") return not_of(text, name);
    return fail(Code::invalid, "the tag {:.60} is not known: !!str !!int !!float !!bool !!null",
                tag);
}

bool is_yaml_string(std::string_view text) {
    return !is_null(text) && !to_boolean(text) && !to_integer(text) && !to_number(text);
}

}  // namespace sloth::text
