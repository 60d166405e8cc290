#include "lua/output.h"

#include <utility>

#include "domain/hook.h"

namespace sloth::lua {
namespace {

constexpr size_t kMaxErrors = 4096;  // it becomes a sentence in a table's column

// The longest prefix of at most `size` bytes that does not end within a UTF-8 sequence.
std::string_view whole_prefix(std::string_view text, size_t size) {
    if (size >= text.size()) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

}  // namespace

void Output::line(std::string_view text) {
    if (cut_) return;
    const size_t room = limit_ - text_.size();
    if (text.size() + 1 > room) {
        cut_ = true;
        text_.append(whole_prefix(text, room));
        if (!text_.empty() && text_.back() != '\n') text_ += '\n';
        return;
    }
    text_.append(text);
    text_ += '\n';
}

void Output::error_line(std::string_view text, std::string_view message) {
    line(text);
    if (errors_.size() >= kMaxErrors) return;
    if (!errors_.empty()) errors_ += '\n';
    errors_.append(whole_prefix(message, kMaxErrors - errors_.size()));
}

std::string Output::take() {
    if (cut_) {
        text_ += "... output cut at " + format_bytes(limit_);
    } else if (!text_.empty()) {
        text_.pop_back();
    }
    return std::exchange(text_, {});
}

}  // namespace sloth::lua
