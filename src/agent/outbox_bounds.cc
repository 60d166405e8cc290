#include "agent/outbox_bounds.h"

#include <algorithm>
#include <map>

#include "base/json.h"

namespace sloth {
namespace {

constexpr size_t kAtOnce = 5'000;       // heads in memory, and rows in a commit
constexpr int kPasses = 100;            // then the rest the next time
constexpr uint64_t kSaidBytes = 2'048;  // of an overflow event, at most as a rule

constexpr std::string_view kSaid = "agent.outbox_overflow";

void keep_handed_over(std::vector<OutboxHead>& heads, uint64_t handed_over) {
    std::erase_if(heads, [&](const OutboxHead& head) { return head.sequence <= handed_over; });
}

}  // namespace

OutboxBounds::OutboxBounds(const Limits& limits, std::string agent, WatcherStore& store,
                           MakeEvent make_event, Log& log)
    : limits_(limits),
      agent_(std::move(agent)),
      store_(store),
      make_event_(std::move(make_event)),
      log_(log) {}

Result<void> OutboxBounds::keep(WallTime wall, MonoTime now, uint64_t handed_over) {
    next_ = now + kEvery;
    if (!aging_from_) aging_from_ = now + kGrace;
    SLOTH_TRY_VOID(keep_young(wall, now, handed_over));
    return keep_small(handed_over);
}

MonoTime OutboxBounds::next() const {
    const bool ages = limits_.age > Micros(0) && store_.outbox_size().events > 0;
    return ages ? next_ : MonoTime::max();
}

Result<void> OutboxBounds::keep_young(WallTime wall, MonoTime now, uint64_t handed_over) {
    if (limits_.age <= Micros(0) || now < *aging_from_) return {};
    for (int i = 0; i < kPasses; ++i) {
        // Mostly the first one says that there is nothing to do.
        for (const size_t count : {size_t{1}, kAtOnce}) {
            SLOTH_TRY(std::vector<OutboxHead> heads,
                      store_.heads(WatcherStore::Order::oldest, count));
            const auto young = std::ranges::find_if(heads, [&](const OutboxHead& head) {
                return head.timestamp >= wall - limits_.age;
            });
            heads.erase(young, heads.end());
            if (heads.empty()) return {};
            if (count == 1) continue;
            keep_handed_over(heads, handed_over);
            if (heads.empty()) return {};
            SLOTH_TRY_VOID(drop(heads, "age"));
        }
    }
    return {};
}

Result<void> OutboxBounds::keep_small(uint64_t handed_over) {
    for (int i = 0; i < kPasses; ++i) {
        const OutboxSize size = store_.outbox_size();
        OutboxSize excess;
        // Somewhat more than it must, so that not every event tells of another loss.
        if (size.events > limits_.events) {
            excess.events = size.events - limits_.events;
            excess.events += std::max<size_t>(limits_.events / 100, 1) + 1;
        }
        if (size.bytes > limits_.bytes) {
            excess.bytes = size.bytes - limits_.bytes + limits_.bytes / 100 + kSaidBytes;
        }
        if (excess == OutboxSize{}) return {};
        SLOTH_TRY(std::vector<OutboxHead> heads,
                  store_.heads(WatcherStore::Order::expendable, kAtOnce));
        keep_handed_over(heads, handed_over);
        heads = enough(std::move(heads), excess);
        if (heads.empty()) return {};
        // To give up the last thing that was said of losses only to say so gains nothing.
        if (heads.size() == 1 && heads[0].type == kSaid) return {};
        SLOTH_TRY_VOID(drop(heads, excess.events > 0 ? "size" : "bytes"));
    }
    return {};
}

std::vector<OutboxHead> OutboxBounds::enough(std::vector<OutboxHead> heads,
                                             const OutboxSize& excess) const {
    OutboxSize sum;
    const auto end = std::ranges::find_if(heads, [&](const OutboxHead& head) {
        if (sum.events >= excess.events && sum.bytes >= excess.bytes) return true;
        ++sum.events;
        sum.bytes += head.bytes;
        return false;
    });
    heads.erase(end, heads.end());
    return heads;
}

Result<void> OutboxBounds::drop(const std::vector<OutboxHead>& heads, std::string_view reason) {
    std::vector<uint64_t> sequences;
    std::map<std::string, int64_t> by_type;
    for (const OutboxHead& head : heads) {
        sequences.push_back(head.sequence);
        ++by_type[head.type];
    }
    const auto [oldest, newest] = std::ranges::minmax(heads, {}, &OutboxHead::timestamp);
    const Json data{{"agent", agent_},
                    {"reason", reason},
                    {"dropped", heads.size()},
                    {"dropped_total", store_.outbox_size().dropped + heads.size()},
                    {"by_type", by_type},
                    {"limits",
                     {{"events", limits_.events},
                      {"bytes", limits_.bytes},
                      {"age", format_duration(limits_.age)}}},
                    {"oldest", format_rfc3339(oldest.timestamp)},
                    {"newest", format_rfc3339(newest.timestamp)}};
    SLOTH_TRY_VOID(store_.drop(sequences, make_event_(dump_json(data))));
    log_.warn("outbox_overflow", {{"dropped", heads.size()}, {"reason", reason}});
    return {};
}

}  // namespace sloth
