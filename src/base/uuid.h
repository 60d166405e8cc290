// UUIDs (RFC 9562). Version 7: 48 bits of milliseconds, then randomness, so that ids sort by
// creation time and the store's index grows at its end. One generator a thread: not shareable.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sloth {

class UuidGenerator {
 public:
    // `seed` must come from the system's random source. Ids are names, not secrets.
    explicit UuidGenerator(std::array<uint64_t, 2> seed) : state_(seed) {}

    // Ids of one generator strictly increase, within a millisecond too (a counter in rand_a and
    // rand_b).
    std::string next(WallTime now);

 private:
    uint64_t random();

    std::array<uint64_t, 2> state_;
    int64_t last_ms_ = 0;
    uint32_t counter_ = 0;  // 12 bits of rand_a and 14 of rand_b
};

// UUIDv4: nothing but chance. `random` must come from the system's random source.
std::string uuid_v4(std::array<uint64_t, 2> random);

bool is_uuid(std::string_view text);

}  // namespace sloth
