#include "engine/intake.h"

#include <charconv>
#include <future>

namespace sloth {
namespace {

Error closed_error() {
    return {Code::refused, "the master is shutting down and accepts no events",
            "send them again when it is back"};
}

}  // namespace

Intake::Intake(EventStore& store, Clock& clock, Random& random, std::function<int64_t()> generation,
               Options options)
    : store_(store),
      clock_(clock),
      generation_(std::move(generation)),
      options_(options),
      ids_(UuidGenerator({random.next(), random.next() | 1})) {}

Result<void> Intake::prepare(Event& event, WallTime now) {
    SLOTH_TRY_VOID(validate(event));
    if (event.id.empty()) event.id = ids_.with([&](UuidGenerator& ids) { return ids.next(now); });
    if (event.timestamp == WallTime{}) event.timestamp = now;
    event.created_at = now;
    event.status = EventStatus::pending;
    event.hook_generation = generation_();
    if (event.root_id.empty()) event.root_id = event.id;
    if (event.depth > kMaxDepth) {
        return fail(Code::refused,
                    "the event is number {} in a chain of hooks that cause events: cut at {}",
                    event.depth, kMaxDepth);
    }
    return {};
}

void Intake::submit(std::vector<Event> events, std::optional<AgentPosition> position, Done done) {
    if (closed_) return done(std::unexpected(closed_error()));
    const size_t count = events.size();
    if (pending_.fetch_add(count) + count > options_.max_pending) {
        pending_ -= count;
        return done(fail_with({Code::exhausted, "too many events wait to be stored",
                               "slow down and send them again"}));
    }
    const WallTime now = clock_.wall();
    AppendResults results(count);
    size_t bad = 0;
    for (size_t i = 0; i < count; ++i) {
        if (auto ok = prepare(events[i], now); !ok) {
            results[i] = std::unexpected(std::move(ok).error());
            ++bad;
        }
    }
    const bool all_good = bad == 0;
    std::vector<size_t> place;  // of each stored event in `results`, where some are bad
    if (!all_good) {
        std::vector<Event> good;
        for (size_t i = 0; i < count; ++i) {
            if (!results[i]) continue;
            place.push_back(i);
            good.push_back(std::move(events[i]));
        }
        events = std::move(good);
    }
    if (events.empty() && !position) {
        pending_ -= count;
        return done(std::move(results));
    }
    store_.append(std::move(events), std::move(position),
                  [this, count, all_good, results = std::move(results), place = std::move(place),
                   done = std::move(done)](Result<AppendResults> stored) mutable {
                      pending_ -= count;
                      if (!stored) return done(std::move(stored));
                      int64_t fresh = 0;
                      for (const auto& result : *stored)
                          fresh += result && !result->duplicate ? 1 : 0;
                      accepted_ += fresh;
                      if (all_good) return done(std::move(stored));
                      for (size_t i = 0; i < place.size(); ++i)
                          results[place[i]] = std::move((*stored)[i]);
                      done(std::move(results));
                  });
}

Result<Appended> Intake::submit_one(Event event) {
    std::promise<Result<Appended>> promise;
    auto future = promise.get_future();
    std::vector<Event> events;
    events.push_back(std::move(event));
    submit(std::move(events), {}, [&promise](Result<AppendResults> results) {
        if (!results) return promise.set_value(std::unexpected(std::move(results).error()));
        promise.set_value(std::move(results->front()));
    });
    return future.get();
}

void apply_cause(std::string_view cause, Event& event) {
    const size_t first = cause.find('/');
    const size_t second = first == std::string_view::npos ? first : cause.find('/', first + 1);
    if (second == std::string_view::npos) return;
    int depth = 0;
    const auto [end, ec] =
        std::from_chars(cause.data() + second + 1, cause.data() + cause.size(), depth);
    if (ec != std::errc() || end != cause.data() + cause.size() || depth < 0) return;
    event.root_id = cause.substr(0, first);
    event.parent_id = cause.substr(first + 1, second - first - 1);
    event.depth = depth;
}

}  // namespace sloth
