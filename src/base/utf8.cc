#include "base/utf8.h"

namespace sloth {

CodePoint take_code_point(std::string_view& text) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    size_t length = 0;
    char32_t value = 0;
    char32_t least = 0;
    if (first < 0x80) {
        text.remove_prefix(1);
        return {first, true};
    }
    if (first >= 0xC2 && first < 0xE0) {
        length = 2, value = first & 0x1F, least = 0x80;
    } else if (first >= 0xE0 && first < 0xF0) {
        length = 3, value = first & 0x0F, least = 0x800;
    } else if (first >= 0xF0 && first < 0xF5) {
        length = 4, value = first & 0x07, least = 0x10000;
    }
    bool ok = length != 0 && text.size() >= length;
    for (size_t i = 1; ok && i < length; ++i) {
        ok = (byte(i) & 0xC0) == 0x80;
        value = (value << 6) | (byte(i) & 0x3F);
    }
    ok = ok && value >= least && value <= 0x10FFFF && !(value >= 0xD800 && value < 0xE000);
    text.remove_prefix(ok ? length : 1);
    return {ok ? value : kReplacementCharacter, ok};
}

void append_utf8(std::string& out, char32_t c) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        tail(12), tail(6), tail(0);
    }
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        if (!take_code_point(text).valid) return false;
    }
    return true;
}

std::string valid_utf8(std::string_view text) {
    if (is_utf8(text)) return std::string(text);
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) append_utf8(out, take_code_point(text).value);
    return out;
}

}  // namespace sloth
