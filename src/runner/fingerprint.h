// How a call of a run is recognised in a later attempt: a hash of the operation and its arguments,
// and how many times the attempt had made it before. Pure. The hash is written into the journal, so
// it may never change.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ports/effects.h"

namespace sloth {

struct CallKey {
    uint64_t fingerprint = 0;
    uint32_t occurrence = 0;

    bool operator==(const CallKey&) const = default;
};

constexpr uint64_t kHashStart = 0xcbf29ce484222325;

// FNV-1a: a name, not a defence.
constexpr uint64_t stable_hash(std::string_view text, uint64_t hash = kHashStart) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

EffectKey to_effect_key(CallKey key);
CallKey from_effect_key(const EffectKey& key);

}  // namespace sloth

template <>
struct std::hash<sloth::CallKey> {
    size_t operator()(const sloth::CallKey& key) const {
        return key.fingerprint ^ (uint64_t{key.occurrence} * 0x9e3779b97f4a7c15);
    }
};
