#include "runner/trace.h"

#include <utility>

#include "base/utf8.h"

namespace sloth {
namespace {

constexpr size_t kMaxCalls = 1000;
constexpr size_t kMaxText = 400;

// Whole characters of the front, and a mark where there was more.
std::string shortened(std::string_view text) {
    if (text.size() <= kMaxText) return valid_utf8(text);
    size_t size = kMaxText;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return valid_utf8(text.substr(0, size)) + "...";
}

}  // namespace

void Trace::begin(std::string_view name, std::string_view arguments, MonoTime now) {
    last_ = {now, calls_.size() < kMaxCalls};
    if (last_.open)
        calls_.push_back({.name = std::string(name), .arguments = shortened(arguments)});
}

void Trace::end(const Answer& answer, bool dry, MonoTime now) {
    if (!std::exchange(last_.open, false)) return;
    EffectTrace& call = calls_.back();
    call.result = answer.kind == AnswerKind::raise ? "error: " + shortened(answer.payload)
                                                   : shortened(answer.payload);
    call.duration = std::chrono::duration_cast<Micros>(now - last_.began);
    call.dry = dry;
}

std::vector<EffectTrace> Trace::take() { return std::exchange(calls_, {}); }

}  // namespace sloth
