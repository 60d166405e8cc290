#include "app/system.h"

#include <sys/random.h>

#include "base/check.h"

namespace sloth {

WallTime SystemClock::wall() {
    return std::chrono::floor<Micros>(std::chrono::system_clock::now());
}

MonoTime SystemClock::mono() { return std::chrono::steady_clock::now(); }

uint64_t SystemRandom::next() {
    uint64_t value = 0;
    CHECK(::getrandom(&value, sizeof value, 0) == ssize_t(sizeof value));
    return value;
}

}  // namespace sloth
