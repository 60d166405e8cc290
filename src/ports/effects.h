// What a run changes inside the system, as values: the broker collects them, the store applies
// them. Source: architecture.md 3, "Deliveries".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/event.h"

namespace sloth {

// How a call is recognised in a later attempt of the same delivery: a hash of the operation and its
// canonical arguments, and how many times this attempt had made that very call before.
struct EffectKey {
    std::string fingerprint;  // 16 hex digits
    uint32_t occurrence = 0;

    bool operator==(const EffectKey&) const = default;
    auto operator<=>(const EffectKey&) const = default;
};

// The recorded answer to a call: a JSON array of the values that it returned.
struct JournalRow {
    EffectKey key;
    std::string answer;

    bool operator==(const JournalRow&) const = default;
};

// One change, in the order in which the script made them.
struct InternalEffect {
    enum class Kind : uint8_t {
        state_set,
        state_delete,
        state_increment,
        state_compare,  // sets if the value is still the expected one
        dispatch
    };

    Kind kind = Kind::state_set;
    EffectKey key;
    std::string stack;      // state: the namespace, the hook's stack
    std::string state_key;  // state
    std::string
        value;  // state_set, state_compare: JSON. state_increment: the amount, a JSON number
    std::optional<std::string> expected;  // state_compare: JSON; nothing: the key is not there
    std::optional<WallTime> expires_at;   // state_set, state_compare: when the value is gone
    Event event;                          // dispatch: complete but for seq, checked by validate()

    bool operator==(const InternalEffect&) const = default;
};

// Everything that becomes durable together for one delivery.
struct EffectBatch {
    std::string delivery_id;
    std::vector<InternalEffect> effects;
    std::vector<JournalRow>
        answers;          // further answers to keep: reads and external effects that came before
    bool journal = true;  // false when it commits with the final record: no later attempt will ask
};

}  // namespace sloth
