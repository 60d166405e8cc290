#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/utf8.h"
#include "text/template/go_directive.h"

namespace sloth::text {
namespace {

constexpr int kUsualPrecision = 6;
constexpr int kShortest = -1;

// Two digits of the exponent at least.
void append_exponent(std::string& out, char letter, int exponent) {
    out += letter;
    out += exponent < 0 ? '-' : '+';
    out += fmt::format("{:02}", std::abs(exponent));
}

// `1.5e+07` as digits "15" and exponent 7.
struct Scientific {
    std::string digits;
    int exponent = 0;
};

std::string to_text(double value, std::chars_format format, int precision) {
    std::string out(static_cast<size_t>(std::max(precision, 0)) + 400, '\0');
    char* end = out.data() + out.size();
    const auto got = precision == kShortest
                         ? std::to_chars(out.data(), end, value, format)
                         : std::to_chars(out.data(), end, value, format, precision);
    out.resize(static_cast<size_t>(got.ptr - out.data()));
    return out;
}

Scientific take_apart(const std::string& text) {
    Scientific out;
    const size_t letter = text.find('e');
    for (const char c : text.substr(0, letter))
        if (c != '.') out.digits += c;
    const char* sign = text.c_str() + letter + 1;
    std::from_chars(sign + (*sign == '+' ? 1 : 0), text.c_str() + text.size(), out.exponent);
    return out;
}

// %g: scientific for large and small exponents, without zeros at the end.
std::string general(double value, int precision, bool upper) {
    const int places = precision == kShortest ? kShortest : std::max(precision, 1) - 1;
    Scientific parts = take_apart(to_text(value, std::chars_format::scientific, places));
    while (parts.digits.size() > 1 && parts.digits.back() == '0') parts.digits.pop_back();
    const auto count = static_cast<int>(parts.digits.size());
    int most = precision == kShortest ? kUsualPrecision : std::max(precision, 1);
    if (most > count && count >= parts.exponent + 1) most = count;
    if (precision == kShortest) most = kUsualPrecision;
    if (parts.exponent < -4 || parts.exponent >= most) {
        std::string out = parts.digits.substr(0, 1);
        if (count > 1) out += '.' + parts.digits.substr(1);
        append_exponent(out, upper ? 'E' : 'e', parts.exponent);
        return out;
    }
    if (parts.exponent < 0)
        return "0." + std::string(static_cast<size_t>(-parts.exponent - 1), '0') + parts.digits;
    const auto whole = static_cast<size_t>(parts.exponent) + 1;
    if (parts.digits.size() <= whole)
        return parts.digits + std::string(whole - parts.digits.size(), '0');
    return parts.digits.substr(0, whole) + '.' + parts.digits.substr(whole);
}

// 0x1.8p+01: the first digit is 1, but for zero.
std::string hexadecimal(double value, int precision, bool upper) {
    constexpr int kFractionDigits = 15;
    int exponent = 0;
    auto bits = static_cast<uint64_t>(std::ldexp(std::frexp(value, &exponent), 61));
    exponent = value == 0 ? 0 : exponent - 1;
    if (precision >= 0 && precision < kFractionDigits) {
        const int cut = 4 * (kFractionDigits - precision);
        const uint64_t rest = bits & ((1ULL << cut) - 1);
        bits >>= cut;
        // To the nearest, and half way to the even one.
        if ((rest | (bits & 1)) > 1ULL << (cut - 1)) ++bits;
        bits <<= cut;
        if ((bits >> 61) != 0) {
            bits >>= 1;
            ++exponent;
        }
    }
    std::string fraction = fmt::format("{:015x}", bits & ((1ULL << 60) - 1));
    if (precision == kShortest) {
        fraction.resize(fraction.find_last_not_of('0') + 1);
    } else {
        fraction.resize(static_cast<size_t>(precision), '0');
    }
    std::string out = fmt::format("0x{}", bits >> 60);
    if (!fraction.empty()) out += '.' + fraction;
    append_exponent(out, 'p', exponent);
    if (upper)
        std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::toupper(c); });
    return out;
}

// The bits of the fraction, and the power of two: 4503599627370496p-52.
std::string binary(double value) {
    constexpr int kFractionBits = 52;
    constexpr int kBias = 1023 + kFractionBits;
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    uint64_t fraction = bits & ((1ULL << kFractionBits) - 1);
    int exponent = static_cast<int>((bits >> kFractionBits) & 0x7FF);
    if (exponent == 0) {
        exponent = 1;
    } else {
        fraction |= 1ULL << kFractionBits;
    }
    return fmt::format("{}p{:+}", fraction, exponent - kBias);
}

std::string magnitude(double value, char verb, int precision) {
    switch (verb) {
        case 'b':
            return binary(value);
        case 'x':
        case 'X':
            return hexadecimal(value, precision, verb == 'X');
        case 'g':
        case 'G':
            return general(value, precision, verb == 'G');
        case 'e':
        case 'E': {
            std::string out = to_text(value, std::chars_format::scientific, precision);
            if (verb == 'E') out[out.find('e')] = 'E';
            return out;
        }
        default:
            return to_text(value, std::chars_format::fixed, precision);
    }
}

// The flag #: a point, and for some verbs the zeros that were left out (for %x Go counts the x as a
// digit, and so do we).
std::string with_point(const std::string& text, char verb, int precision) {
    int missing = 0;
    if (verb == 'g' || verb == 'G' || verb == 'x')
        missing = precision == kShortest ? kUsualPrecision : precision;
    const bool hex = verb == 'x' || verb == 'X';
    const size_t tail = std::min(text.find_first_of(hex ? "pP" : "eE"), text.size());
    std::string out;
    bool point = false;
    bool counts = false;
    for (size_t i = 0; i < tail; ++i) {
        const char c = text[i];
        out += c;
        point = point || c == '.';
        counts = counts || (c != '0' && c != '.');
        if (counts && c != '.') --missing;
    }
    if (!point) {
        if (out == "0") --missing;
        out += '.';
    }
    if (missing > 0) out.append(static_cast<size_t>(missing), '0');
    return out + text.substr(tail);
}

}  // namespace

bool GoWriter::whole(int64_t value, char32_t verb) {
    switch (verb) {
        case 'v':
        case 'd':
            digits(value, 10, verb);
            return true;
        case 'b':
            digits(value, 2, verb);
            return true;
        case 'o':
        case 'O':
            digits(value, 8, verb);
            return true;
        case 'x':
        case 'X':
            digits(value, 16, verb);
            return true;
        case 'U':
            unicode(value);
            return true;
        case 'c':
        case 'q': {
            const bool known =
                value >= 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
            std::string text;
            append_utf8(text, known ? static_cast<char32_t>(value) : kReplacementCharacter);
            pad(verb == 'c' ? text : go_quote(text, '\'', how.plus), how.zero);
            return true;
        }
        default:
            return false;
    }
}

void GoWriter::digits(int64_t value, unsigned base, char32_t verb) {
    const bool negative = value < 0;
    uint64_t rest = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    const bool sign = negative || how.plus || how.space;
    size_t least = 1;
    if (how.has_precision) {
        least = static_cast<size_t>(how.precision);
        if (least == 0 && rest == 0) return pad("", false);
    } else if (how.zero && !how.minus && how.has_width) {
        least = static_cast<size_t>(std::max(how.width - (sign ? 1 : 0), 1));
    }
    const std::string_view kDigits = verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string text;  // backwards
    for (; rest > 0; rest /= base) text += kDigits[rest % base];
    if (text.size() < least) text.append(least - text.size(), '0');
    if (how.sharp) {
        if (base == 2) text += "b0";
        if (base == 8 && text.back() != '0') text += '0';
        if (base == 16) text += verb == 'X' ? "X0" : "x0";
    }
    if (verb == 'O') text += "o0";
    if (sign) text += negative ? '-' : how.plus ? '+' : ' ';
    std::ranges::reverse(text);
    pad(text, false);
}

void GoWriter::unicode(int64_t value) {
    const auto unsigned_value = static_cast<uint64_t>(value);
    const int least = how.has_precision ? std::max(how.precision, 4) : 4;
    std::string text = fmt::format("U+{:0{}X}", unsigned_value, least);
    if (how.sharp && unsigned_value <= 0x10FFFF &&
        is_go_printable(static_cast<char32_t>(unsigned_value))) {
        text += " '";
        append_utf8(text, static_cast<char32_t>(unsigned_value));
        text += '\'';
    }
    pad(text, false);
}

bool GoWriter::number(double value, char32_t verb) {
    constexpr std::u32string_view kVerbs = U"vbgGxXfFeE";
    if (kVerbs.find(verb) == std::u32string_view::npos) return false;
    const bool fixed = verb == 'f' || verb == 'F' || verb == 'e' || verb == 'E';
    const char how_to = verb == 'v' ? 'g' : verb == 'F' ? 'f' : static_cast<char>(verb);
    decimal(value, how_to, fixed ? kUsualPrecision : kShortest);
    return true;
}

void GoWriter::decimal(double value, char verb, int precision) {
    if (how.has_precision) precision = how.precision;
    const bool negative = std::signbit(value) && !std::isnan(value);
    const char sign = negative ? '-' : how.space && !how.plus ? ' ' : '+';
    if (!std::isfinite(value)) {
        const bool shows = negative || how.plus || how.space || !std::isnan(value);
        std::string text = std::isnan(value) ? "NaN" : "Inf";
        if (shows) text.insert(text.begin(), sign);
        // A plus that nobody asked for is shown by infinity only where it stands alone.
        return pad(text, false);
    }
    std::string text = magnitude(std::fabs(value), verb, precision);
    if (how.sharp && verb != 'b') text = with_point(text, verb, precision);
    if (!how.plus && sign == '+') return pad(text, how.zero);
    const auto width = static_cast<size_t>(how.width);
    if (how.zero && !how.minus && how.has_width && width > text.size() + 1) {
        out_ += sign;
        out_.append(width - text.size() - 1, '0');
        out_ += text;
        return;
    }
    pad(sign + text, how.zero);
}

}  // namespace sloth::text
