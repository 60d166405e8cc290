// The operations that a worker can ask of the broker. Arguments are a JSON array, in the order of
// the comment, with the keys of objects sorted (they are hashed). Answers are a JSON array of the
// values that the call returns. Strings of both carry any bytes (base/byte_text.h).
//
// The numbers are hashed into the journal's keys: none may ever change.
#pragma once

#include <cstdint>

namespace sloth {

enum class EffectKind : uint8_t {
    sleep = 1,            // [seconds] -> []
    exec_run = 2,         // [command or [argv...], {options}] -> [{stdout, stderr, exit_code, ...}]
                          //                                      or [null, message]
    state_get = 3,        // [key] -> [value or null]
    state_set = 4,        // [key, value] -> [true]
    state_delete = 5,     // [key] -> [existed]
    state_exists = 6,     // [key] -> [boolean]
    state_keys = 7,       // [prefix] -> [{key: value, ...}]
    state_increment = 8,  // [key, amount] -> [new value]
    event_dispatch = 9,   // [type, data (object), {key?}] -> [true, id] or [false, message]
    event_flush = 10,     // [] -> [true]
    time_zone = 17,       // [zone, "instant", seconds] -> [offset, abbreviation, daylight saving]
                          // [zone, "local", seconds] -> [seconds, "once" | "gap" | "fold"]
                          //                            or [null, message]
    password_hash = 18,   // [algorithm, password, cost, salt] -> [hash] or [null, message]
    password_check = 19,  // [algorithm, password, hash] -> [boolean] or [null, message]
};

}  // namespace sloth
