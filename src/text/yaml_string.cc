#include "text/yaml_string.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/utf8.h"
#include "text/escape.h"
#include "text/yaml_scalar.h"

namespace sloth::text {
namespace {

// What YAML 1.1 reads as something else, in lower case.
constexpr std::array<std::string_view, 8> kOldWords{"<<", "=", "n", "no", "off", "on", "y", "yes"};
static_assert(std::ranges::is_sorted(kOldWords));

bool is_printable(char32_t c) {
    if (c < 0x20 || c == 0x7F) return false;
    if (c >= 0x80 && c < 0xA0) return false;
    return c != 0x2028 && c != 0x2029 && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF;
}

struct Contents {
    bool utf8 = true;
    bool printable = true;  // but for the two below
    bool breaks = false;
    bool tabs = false;
};

Contents look_at(std::string_view text) {
    Contents out;
    while (!text.empty()) {
        const CodePoint c = take_code_point(text);
        out.utf8 = out.utf8 && c.valid;
        out.breaks = out.breaks || c.value == '\n';
        out.tabs = out.tabs || c.value == '\t';
        out.printable =
            out.printable && (is_printable(c.value) || c.value == '\n' || c.value == '\t');
    }
    return out;
}

bool is_old_word(std::string_view text) {
    if (text.size() > 3) return false;
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return std::ranges::binary_search(kOldWords, std::string_view(lower));
}

// Dates, times of day, 0b1, 1_000: a number to some reader.
bool looks_like_a_number(std::string_view text) {
    const char first = text.front();
    return ((first >= '0' && first <= '9') || first == '.') &&
           text.find_first_not_of("0123456789.:_+-abcdefABCDEFoOxXTtZ ") == std::string_view::npos;
}

bool may_be_plain(std::string_view text) {
    if (text.empty() || !is_yaml_string(text) || is_old_word(text)) return false;
    constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@` ";
    if (kIndicators.find(text.front()) != std::string_view::npos) return false;
    if (text.back() == ' ' || text.back() == ':') return false;
    if (text.starts_with("...")) return false;  // at a line's begin it would end the document
    if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos)
        return false;
    return !looks_like_a_number(text);
}

bool may_be_literal(std::string_view text) {
    return text.front() != ' ' && text.front() != '\t' && text.front() != '\n';
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const char32_t c = take_code_point(text).value;
        if (append_escape(out, c)) continue;
        if (is_printable(c)) {
            append_utf8(out, c);
        } else {
            out += c <= 0xFF ? fmt::format("\\x{:02x}", uint32_t{c})
                             : fmt::format("\\u{:04x}", uint32_t{c});
        }
    }
    out += '"';
}

}  // namespace

YamlStyle yaml_style(std::string_view text, bool own_lines) {
    const Contents contents = look_at(text);
    if (!contents.utf8) return YamlStyle::binary;
    if (!contents.printable) return YamlStyle::quoted;
    if (contents.breaks)
        return own_lines && may_be_literal(text) ? YamlStyle::literal : YamlStyle::quoted;
    return !contents.tabs && may_be_plain(text) ? YamlStyle::plain : YamlStyle::quoted;
}

void append_yaml_string(std::string& out, std::string_view text) {
    switch (yaml_style(text, false)) {
        case YamlStyle::plain:
            out.append(text);
            return;
        case YamlStyle::binary:
            out += "!!binary \"" + to_base64(text) + '"';
            return;
        default:
            append_quoted(out, text);
    }
}

void append_yaml_literal(std::string& out, std::string_view text, size_t indent) {
    out += '|';
    if (!text.ends_with('\n')) out += '-';
    if (text.ends_with("\n\n")) out += '+';
    out += '\n';
    while (!text.empty()) {
        const size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (!line.empty()) out.append(indent, ' ').append(line);
        out += '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

}  // namespace sloth::text
