#include "base/byte_text.h"

#include "base/utf8.h"

namespace sloth {
namespace {

// U+F780 to U+F7FF are EF 9E 80 to EF 9F BF: the last two bytes carry 128 values.
constexpr unsigned char kLead = 0xEF;
constexpr size_t kEscapedSize = 3;

unsigned char at(std::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

unsigned char escaped_byte(std::string_view text) {
    return static_cast<unsigned char>(0x80 | (at(text, 1) & 1) << 6 | (at(text, 2) & 0x3F));
}

size_t ascii_prefix(std::string_view text) {
    size_t size = 0;
    while (size < text.size() && at(text, size) < 0x80) ++size;
    return size;
}

}  // namespace

void append_escaped_byte(std::string& out, unsigned char byte) {
    out += static_cast<char>(kLead);
    out += static_cast<char>(0x9E | (byte >> 6 & 1));
    out += static_cast<char>(0x80 | (byte & 0x3F));
}

bool starts_with_escaped_byte(std::string_view text) {
    return text.size() >= kEscapedSize && at(text, 0) == kLead && (at(text, 1) & 0xFE) == 0x9E &&
           (at(text, 2) & 0xC0) == 0x80;
}

bool is_plain_text(std::string_view text) {
    while (!text.empty()) {
        text.remove_prefix(ascii_prefix(text));
        if (text.empty()) return true;
        if (starts_with_escaped_byte(text) || !take_code_point(text).valid) return false;
    }
    return true;
}

std::string to_byte_text(std::string_view bytes) {
    if (is_plain_text(bytes)) return std::string(bytes);
    std::string out;
    out.reserve(bytes.size() * 2);
    while (!bytes.empty()) {
        const size_t plain = ascii_prefix(bytes);
        out.append(bytes.substr(0, plain));
        bytes.remove_prefix(plain);
        if (bytes.empty()) break;
        const bool own = starts_with_escaped_byte(bytes);
        std::string_view rest = bytes;
        const bool valid = take_code_point(rest).valid;
        const std::string_view taken = bytes.substr(0, bytes.size() - rest.size());
        if (valid && !own) {
            out.append(taken);
        } else {
            for (const char c : taken) append_escaped_byte(out, static_cast<unsigned char>(c));
        }
        bytes = rest;
    }
    return out;
}

std::string from_byte_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const size_t lead = std::min(text.find(static_cast<char>(kLead)), text.size());
        out.append(text.substr(0, lead));
        text.remove_prefix(lead);
        if (text.empty()) break;
        if (starts_with_escaped_byte(text)) {
            out += static_cast<char>(escaped_byte(text));
            text.remove_prefix(kEscapedSize);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace sloth
