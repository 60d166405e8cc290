#include "runner/fingerprint.h"

#include <fmt/format.h>

#include <charconv>

namespace sloth {

EffectKey to_effect_key(CallKey key) {
    return {fmt::format("{:016x}", key.fingerprint), key.occurrence};
}

CallKey from_effect_key(const EffectKey& key) {
    uint64_t value = 0;
    const char* begin = key.fingerprint.data();
    std::from_chars(begin, begin + key.fingerprint.size(), value, 16);
    return {value, key.occurrence};
}

}  // namespace sloth
