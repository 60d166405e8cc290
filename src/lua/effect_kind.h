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

    // [agent, {spec}] -> [id] or [null, message]; the spec is domain/watcher_spec.h's, without an
    // id
    watcher_register = 20,
    // [agent, ref] -> [true] or [false, message]
    watcher_remove = 21,

    // [request] -> [response] or [null, message]
    http_request = 16,
    // [[request, ...]] -> [[response or {error}, ...]], at most max_effects_in_flight at once
    http_all = 22,

    time_zone = 17,       // [zone, "instant", seconds] -> [offset, abbreviation, daylight saving]
                          // [zone, "local", seconds] -> [seconds, "once" | "gap" | "fold"]
                          //                            or [null, message]
    password_hash = 18,   // [algorithm, password, cost, salt] -> [hash] or [null, message]
    password_check = 19,  // [algorithm, password, hash] -> [boolean] or [null, message]

    // Files. What cannot be done is [false, message], or [null, message] where a value was asked
    // for.
    file_read = 30,       // [path] -> [content]
    file_write = 31,      // [path, content, mode or null] -> [true]
    file_append = 32,     // [path, content] -> [true]
    file_mkdir = 33,      // [path] -> [true]
    file_rm = 34,         // [path] -> [true]
    file_rmr = 35,        // [path] -> [true]
    file_copy = 36,       // [from, to] -> [true]
    file_move = 37,       // [from, to] -> [true]
    file_exists = 38,     // [path] -> [boolean]
    file_ls = 39,         // [path] -> [[name, ...]]
    file_glob = 40,       // [pattern] -> [[path, ...]]
    file_size = 41,       // [path] -> [bytes] or [0, message]
    file_tmpname = 42,    // [] -> [path]
    file_stat = 43,       // [path, with checksum] -> [{exists, path, size, ...}]
    file_put = 44,        // [path, content, mode or null] -> [true, {changed, dest}]
    file_place = 45,      // [from, to, mode or null] -> [true, {changed, src, dest, size}]
    file_line = 46,       // [path, line or null, regexp or null, "present" or "absent", create,
                          //  insertafter or null, insertbefore or null]
                          //                          -> [true, {changed, path}]
    file_block = 47,      // [path, block, begin, end, "present" or "absent", create] -> the same
    file_replace = 48,    // [path, pattern, replacement] -> the same
    file_unarchive = 49,  // [archive, folder] -> [true, {changed, src, dest, files, bytes}]
};

}  // namespace sloth
