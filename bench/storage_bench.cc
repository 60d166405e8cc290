// How much of bare SQLite's speed the store keeps: events appended and recorded through the writer
// by a closed loop of producers, beside the limit on the same disk.
//   storage_bench FOLDER [EVENTS] [WINDOW] [PAYLOAD]
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/guarded.h"
#include "base/uuid.h"
#include "storage/sqlite/limit.h"
#include "storage/sqlite/store.h"

namespace {

using namespace sloth;

class RealClock final : public Clock {
 public:
    WallTime wall() override {
        return std::chrono::floor<Micros>(std::chrono::system_clock::now());
    }
    MonoTime mono() override { return std::chrono::steady_clock::now(); }
};

// The other half of the pipe without any hook: what is offered is recorded at once.
class Recorder final : public ReadyEvents {
 public:
    explicit Recorder(const Hook& hook) : hook_(hook), suffix_(delivery_suffix(hook.id)) {}

    size_t offer(std::span<Event> events) override {
        inbox_.update([&](std::vector<Event>& in) {
            for (Event& event : events) in.push_back(std::move(event));
        });
        return events.size();
    }

    // Waits for offered events; a batch that records them.
    RecordBatch next(Clock& clock) {
        auto events = inbox_.wait_for(
            1s, [](const std::vector<Event>& in) { return !in.empty(); },
            [](std::vector<Event>& in) { return std::exchange(in, {}); });
        RecordBatch batch;
        for (Event& event : events) {
            RunRecord run;
            run.execution.event_id = event.id;
            run.execution.hook_id = hook_.id;
            run.execution.hook_name = hook_.name;
            run.execution.output = "Notification sent";
            run.execution.duration = 57us;
            run.execution.executed_at = clock.wall();
            run.execution.delivery_id = event.id + suffix_;
            run.effects.journal = false;
            batch.runs.push_back(std::move(run));
            batch.finished.push_back({event.seq, EventStatus::completed, {}, clock.wall()});
        }
        return batch;
    }

 private:
    const Hook& hook_;
    std::string suffix_;
    Signal<std::vector<Event>> inbox_;
};

double run_store(const std::filesystem::path& folder, RealClock& clock, size_t events,
                 size_t window, size_t payload, int64_t& commits) {
    auto store = SqliteStore::open(folder, clock);
    if (!store) std::fprintf(stderr, "%s\n", store.error().message.c_str()), std::exit(1);
    Hook hook{.id = "h1", .name = "bench", .event_types = {"task.failed"}};
    hook.content_hash = "x";
    if (!(*store)->hooks().add(hook, "")) std::exit(1);
    Recorder recorder(hook);
    (*store)->events().set_ready(&recorder);

    const std::string data = R"({"text":")" + std::string(payload - 11, 'x') + R"("})";
    UuidGenerator ids({1, 2});
    std::vector<std::string> all_ids;
    for (size_t i = 0; i < events; ++i) all_ids.push_back(ids.next(clock.wall()));

    Signal<size_t> in_flight;
    Signal<size_t> recorded;
    const auto began = clock.mono();
    std::thread producer([&] {
        for (size_t i = 0; i < events; ++i) {
            in_flight.wait_for(10s, [&](size_t n) { return n < window; }, [](size_t& n) { ++n; });
            Event event;
            event.id = event.root_id = all_ids[i];
            event.type = "task.failed";
            event.source = "bench";
            event.data = data;
            event.timestamp = event.created_at = clock.wall();
            event.hook_generation = 1;
            std::vector<Event> one;
            one.push_back(std::move(event));
            (*store)->events().append(std::move(one), {}, [](Result<AppendResults> r) {
                if (!r) std::abort();
            });
        }
    });
    for (size_t taken = 0; taken < events;) {
        RecordBatch batch = recorder.next(clock);
        const size_t count = batch.runs.size();
        taken += count;
        (*store)->events().record(std::move(batch), [&, count](Result<void> r, RecordBatch) {
            if (!r) std::abort();
            in_flight.update([&](size_t& n) { n -= count; });
            recorded.update([&](size_t& n) { n += count; });
        });
    }
    recorded.wait_for(60s, [&](size_t n) { return n == events; }, [](size_t&) {});
    const double seconds = std::chrono::duration<double>(clock.mono() - began).count();
    producer.join();
    (*store)->events().set_ready(nullptr);
    commits = (*store)->commits();
    return double(events) / seconds;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2)
        return std::fprintf(stderr, "usage: storage_bench FOLDER [EVENTS] [WINDOW] [PAYLOAD]\n"), 2;
    const std::filesystem::path folder = argv[1];
    const size_t events = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200'000;
    const size_t window = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1000;
    const size_t payload = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 200;
    RealClock clock;
    int64_t commits = 0;
    const double ours = run_store(folder, clock, events, window, payload, commits);
    const size_t batch = std::max<size_t>(1, events / size_t(std::max<int64_t>(1, commits)));
    const auto limit =
        bare_sqlite_limit(folder, clock, {.events = events, .batch = batch, .payload = payload});
    if (!limit) return std::fprintf(stderr, "%s\n", limit.error().message.c_str()), 1;
    std::printf(
        "store %.0f events/s (%ld commits, %zu events each), bare SQLite %.0f, ratio %.2f, "
        "commit p50 %.2f ms p99 %.2f ms\n",
        ours, long(commits), batch, limit->events_per_second, ours / limit->events_per_second,
        double(limit->flush_p50.count()) / 1000, double(limit->flush_p99.count()) / 1000);
    return 0;
}
