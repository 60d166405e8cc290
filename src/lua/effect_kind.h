// The operations that a worker can ask of the broker. Arguments are a JSON array, in the order of
// the comment, with the keys of objects sorted (they are hashed). Answers are a JSON array of the
// values that the call returns. Strings of both carry any bytes (base/byte_text.h).
//
// The numbers are hashed into the journal's keys: none may ever change.
#pragma once

#include <cstdint>

namespace sloth {

enum class EffectKind : uint8_t {
    // [seconds] -> []
    sleep = 1,
    // [command or [argv...], {options}] -> [{stdout, stderr, exit_code, ...}] or [null, message]
    exec_run = 2,

    // [key] -> [value or null]
    state_get = 3,
    // [key, value, {ttl?}] -> [true]
    state_set = 4,
    // [key] -> [existed]
    state_delete = 5,
    // [key] -> [boolean]
    state_exists = 6,
    // [prefix] -> [{key: value, ...}]
    state_keys = 7,
    // [key, amount] -> [new value]
    state_increment = 8,

    // [type, data (object), {key?}] -> [true, id] or [false, message]
    event_dispatch = 9,
    // [] -> [true]
    event_flush = 10,

    // [key, expected or null, value, {ttl?}] -> [boolean]
    state_compare_and_set = 11,
    // [prefix] -> [how many]
    state_clear = 12,

    // [name, {stack?}] -> [value] or [null, message]
    secret_get = 13,
    // [name] -> [value or null]
    env_get = 14,
    // [] -> [{name: value, ...}]
    env_all = 15,

    // [request] -> [response] or [null, message]
    http_request = 16,
    // [[request, ...]] -> [[response or {error}, ...]], at most max_effects_in_flight at once
    http_all = 22,
};

}  // namespace sloth
