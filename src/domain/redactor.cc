#include "domain/redactor.h"

#include <algorithm>

#include "base/json.h"

namespace sloth {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr size_t kShortestLine = 16;  // of a value of several lines: a key is printed line by line

// What base64 makes of the value when `shift` unknown bytes stand before it: only the characters
// that no neighbour has a part in.
std::string base64_inside(std::string_view value, size_t shift) {
    std::string bits;
    for (const char c : value) {
        for (int bit = 7; bit >= 0; --bit) bits += (c >> bit & 1) != 0 ? '1' : '0';
    }
    size_t at = (6 - shift * 8 % 6) % 6;
    std::string out;
    for (; at + 6 <= bits.size(); at += 6) {
        size_t index = 0;
        for (size_t i = 0; i < 6; ++i) index = index * 2 + size_t(bits[at + i] - '0');
        out += kBase64[index];
    }
    return out;
}

std::string percent(std::string_view value, std::string_view digits, bool plus) {
    std::string out;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else if (plus && c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::string hex(std::string_view value, std::string_view digits) {
    std::string out;
    for (const char c : value) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

}  // namespace

void Redactor::add_pattern(std::string pattern, const std::string& mark) {
    if (pattern.size() < kShortest) return;
    const bool known =
        std::ranges::any_of(patterns_, [&](const auto& entry) { return entry.first == pattern; });
    if (!known) patterns_.emplace_back(std::move(pattern), mark);
}

void Redactor::add(std::string_view name, std::string_view value) {
    if (value.size() < kShortest) return;
    constexpr std::string_view kLower = "0123456789abcdef";
    constexpr std::string_view kUpper = "0123456789ABCDEF";
    const std::string mark = "[secret " + std::string(name) + "]";
    add_pattern(std::string(value), mark);
    for (size_t shift = 0; shift < 3; ++shift) {
        std::string coded = base64_inside(value, shift);
        add_pattern(coded, mark);
        std::ranges::replace(coded, '+', '-');
        std::ranges::replace(coded, '/', '_');
        add_pattern(std::move(coded), mark);
    }
    for (const std::string_view digits : {kLower, kUpper}) {
        add_pattern(percent(value, digits, false), mark);
        add_pattern(percent(value, digits, true), mark);
        add_pattern(hex(value, digits), mark);
    }
    std::string quoted = dump_json(Json(value));
    add_pattern(quoted.substr(1, quoted.size() - 2), mark);
    for (size_t at = 0; at < value.size();) {
        const size_t end = std::min(value.find('\n', at), value.size());
        std::string_view line = value.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.size() >= kShortestLine) add_pattern(std::string(line), mark);
        at = end + 1;
    }
    std::ranges::stable_sort(
        patterns_, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

std::string Redactor::redact(std::string text) const {
    for (const auto& [pattern, mark] : patterns_) {
        for (size_t at = text.find(pattern); at != std::string::npos;
             at = text.find(pattern, at + mark.size())) {
            text.replace(at, pattern.size(), mark);
        }
    }
    return text;
}

}  // namespace sloth
