#include "watch/pace.h"

#include <algorithm>
#include <array>

namespace sloth {
namespace {

constexpr int64_t kSlots = 32;

constexpr std::array<std::string_view, 6> kSharing{"cpu",     "disk", "memory",
                                                   "network", "port", "process"};
static_assert(std::ranges::is_sorted(kSharing));

uint64_t hash(std::string_view text) {
    uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
    return hash ^ (hash >> 32);
}

}  // namespace

MonoTime next_look(const WatcherSpec& spec, MonoTime now) {
    using std::chrono::nanoseconds;
    const nanoseconds interval = spec.interval;
    // All that share look in slot 0: also those of 5 s and of 10 s meet.
    const bool shares = spec.host.empty() && std::ranges::binary_search(kSharing, spec.type);
    const int64_t slot = shares ? 0 : int64_t(hash(spec.id) % kSlots);
    const nanoseconds phase = interval * slot / kSlots;
    const nanoseconds since = (now.time_since_epoch() - phase) % interval;
    return now + (since < 0ns ? -since : interval - since);
}

}  // namespace sloth
