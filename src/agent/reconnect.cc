#include "agent/reconnect.h"

#include <algorithm>

namespace sloth {

Micros reconnect_delay(unsigned failures, uint64_t random) {
    constexpr Micros kFirst = 200ms;
    constexpr Micros kLongest = 30s;
    const Micros full =
        std::min<Micros>(kFirst * (int64_t{1} << std::min(failures, 10u)), kLongest);
    return full / 2 + Micros(int64_t(random % uint64_t(full.count() / 2 + 1)));
}

Micros Reconnect::broken(MonoTime now, uint64_t random) {
    const bool was_stable = since_ != MonoTime::max() && now - since_ >= kStable;
    if (was_stable) failures_ = 0;
    since_ = MonoTime::max();
    const Micros delay = reconnect_delay(failures_++, random);
    at_ = now + delay;
    return delay;
}

}  // namespace sloth
