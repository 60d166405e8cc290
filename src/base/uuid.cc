#include "base/uuid.h"

#include <algorithm>

namespace sloth {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr uint32_t kCounterLimit = 1u << 26;

std::string to_text(uint64_t high, uint64_t low) {
    std::string out(36, '-');
    size_t pos = 0;
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) ++pos;
        const uint64_t word = nibble < 16 ? high : low;
        out[pos++] = kHex[(word >> (60 - 4 * (nibble % 16))) & 0xf];
    }
    return out;
}

}  // namespace

uint64_t UuidGenerator::random() {  // xoroshiro128+
    const uint64_t a = state_[0];
    uint64_t b = state_[1];
    const uint64_t result = a + b;
    b ^= a;
    state_[0] = ((a << 24) | (a >> 40)) ^ b ^ (b << 16);
    state_[1] = (b << 37) | (b >> 27);
    return result;
}

std::string UuidGenerator::next(WallTime now) {
    const int64_t ms = std::chrono::floor<Millis>(now).time_since_epoch().count();
    if (ms > last_ms_) {
        last_ms_ = ms;
        counter_ =
            uint32_t(random()) & 0xffff;  // starts low: room for some 67 million ids a millisecond
    } else if (++counter_ >= kCounterLimit) {
        ++last_ms_;
        counter_ = 0;
    }
    const uint64_t high = (uint64_t(last_ms_) << 16) | 0x7000 | (counter_ >> 14);
    const uint64_t low = (2ULL << 62) | (uint64_t(counter_ & 0x3fff) << 48) | (random() >> 16);
    return to_text(high, low);
}

std::string uuid_v4(std::array<uint64_t, 2> random) {
    return to_text((random[0] & ~0xf000ULL) | 0x4000, (random[1] >> 2) | (2ULL << 62));
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : kHex.find(text[i]) == std::string_view::npos) return false;
    }
    return true;
}

}  // namespace sloth
