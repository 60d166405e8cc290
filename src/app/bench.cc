#include "app/bench.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <future>
#include <thread>

#include "app/core.h"
#include "app/engine_thread.h"
#include "base/json.h"
#include "base/thread_name.h"
#include "storage/sqlite/limit.h"

namespace sloth {
namespace {

constexpr int64_t kWindow =
    4'000;  // closed loop: events on their way at once, as many busy sources would have
constexpr int64_t kBatch = 100;  // a source's batch in the closed loop
constexpr auto kGiveUp = 120s;   // without any progress

constexpr std::string_view kHook = R"(
local hook = { name = "NAME", event_type = "task.failed" }
function hook.execute(event)
  local task = event.data.task
  return true, string.format("Task %s failed on %s: %s", task.task_name, task.agent_name, task.error)
end
return hook
)";

std::string payload(int64_t bytes) {
    Json data = {{"task",
                  {{"task_name", "deploy_app"},
                   {"agent_name", "web-server-01"},
                   {"status", "failed"},
                   {"exit_code", 1},
                   {"error", "Connection refused"},
                   {"duration", "2m30s"}}}};
    std::string text = dump_json(data);
    constexpr int64_t kFrame = 10;  // ,"pad":""
    if (const int64_t missing = bytes - int64_t(text.size()) - kFrame; missing > 0) {
        data["pad"] = std::string(size_t(missing), 'x');
        text = dump_json(data);
    }
    return text;
}

// Notes when each event was accepted, when its first hook began and that it was finished. The
// arrays are indexed by seq.
class Notes final : public Observer {
 public:
    explicit Notes(size_t events) : accepted_ns(events + 1), started_ns(events + 1) {}

    void run_started(const Event& event, MonoTime started) override {
        if (size_t(event.seq) >= started_ns.size()) return;
        int64_t unset = 0;
        started_ns[size_t(event.seq)].compare_exchange_strong(unset,
                                                              started.time_since_epoch().count());
    }
    void event_finished(const Event&, const EventFinish&) override { ++finished; }

    std::vector<std::atomic<int64_t>> accepted_ns;
    std::vector<std::atomic<int64_t>> started_ns;
    std::atomic<int64_t> finished = 0;
};

class Load {
 public:
    Load(Core& core, Notes& notes, std::string data)
        : core_(core), notes_(notes), data_(std::move(data)) {}

    // Closed loop; returns events per second, from the first submit to the last durable finish.
    double throughput(int64_t events) {
        const int64_t before = notes_.finished;
        const MonoTime begin = core_.clock.mono();
        int64_t sent = 0;
        while (sent < events) {
            if (sent - (notes_.finished - before) >= kWindow) {
                std::this_thread::sleep_for(200us);
                continue;
            }
            const int64_t count = std::min(kBatch, events - sent);
            submit(count, {});
            sent += count;
        }
        wait_for(before + events);
        const std::chrono::duration<double> took = core_.clock.mono() - begin;
        return double(events) / took.count();
    }

    // Open loop: one event each 1/rate seconds, whatever the system does. Returns accept latencies
    // in ms.
    std::vector<double> latency(int64_t events, int64_t rate) {
        const int64_t before = notes_.finished;
        std::vector<double> accept(static_cast<size_t>(events));
        const MonoTime begin = core_.clock.mono();
        for (int64_t i = 0; i < events; ++i) {
            const MonoTime due = begin + std::chrono::nanoseconds(1'000'000'000 * i / rate);
            if (due > core_.clock.mono()) std::this_thread::sleep_until(due);
            submit(1, [this, due, slot = &accept[size_t(i)]] {
                *slot = std::chrono::duration<double, std::milli>(core_.clock.mono() - due).count();
            });
        }
        wait_for(before + events);
        return accept;
    }

    int64_t accepted() const { return accepted_; }

 private:
    void submit(int64_t count, std::function<void()> on_accept) {
        std::vector<Event> events(static_cast<size_t>(count));
        for (Event& event : events) {
            event.type = "task.failed";
            event.source = "bench";
            event.data = data_;
        }
        core_.intake->submit(std::move(events), {},
                             [this, on_accept](Result<AppendResults> results) {
                                 const int64_t now = core_.clock.mono().time_since_epoch().count();
                                 if (!results) return;
                                 for (const auto& result : *results) {
                                     if (!result) continue;
                                     ++accepted_;
                                     if (size_t(result->seq) < notes_.accepted_ns.size())
                                         notes_.accepted_ns[size_t(result->seq)] = now;
                                 }
                                 if (on_accept) on_accept();
                             });
    }

    void wait_for(int64_t finished) {
        int64_t last = -1;
        MonoTime progress = core_.clock.mono();
        while (notes_.finished < finished) {
            if (const int64_t now = notes_.finished; now != last) {
                last = now;
                progress = core_.clock.mono();
            }
            if (core_.clock.mono() - progress > kGiveUp) return;
            std::this_thread::sleep_for(1ms);
        }
    }

    Core& core_;
    Notes& notes_;
    std::string data_;
    std::atomic<int64_t> accepted_ = 0;
};

Result<void> add_hooks(Core& core, const std::filesystem::path& folder, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
        std::string source(kHook);
        source.replace(source.find("NAME"), 4, fmt::format("bench_{}", i));
        HookRegistry::AddRequest request;
        request.file_path = folder / fmt::format("bench_{}.lua", i);
        std::ofstream(request.file_path) << source;
        SLOTH_TRY_VOID(core.registry->add(request));
    }
    return {};
}

std::vector<double> dispatch_latencies(const Notes& notes, int64_t from_seq) {
    std::vector<double> out;
    for (size_t seq = size_t(from_seq) + 1; seq < notes.accepted_ns.size(); ++seq) {
        const int64_t accepted = notes.accepted_ns[seq];
        const int64_t started = notes.started_ns[seq];
        // The offer to the engine and the answer to the source leave the store together: a hook may
        // win by a hair.
        if (accepted > 0 && started > 0)
            out.push_back(double(std::max<int64_t>(0, started - accepted)) / 1e6);
    }
    return out;
}

}  // namespace

Percentiles percentiles(std::vector<double> values) {
    if (values.empty()) return {};
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[std::min(values.size() - 1, size_t(share * double(values.size())))];
    };
    return {at(0.5), at(0.99), at(0.999)};
}

Result<BenchReport> run_bench(const std::filesystem::path& folder, const BenchPlan& plan,
                              const Config& config, Zygote& zygote, Log& log) {
    const int64_t open_loop = plan.rate > 0 ? std::min(plan.events, plan.rate * 10) : 0;
    const int64_t warm_up = std::min<int64_t>(2'000, plan.events);
    Notes notes(size_t(plan.events + open_loop + warm_up));
    BenchReport report;
    int64_t commits = 0;
    {
        SLOTH_TRY(auto core, Core::open(DataDir{folder}, config, zygote, log, Core::With::engine,
                                        &notes, [](const Error&) {}));
        EngineThread engine(*core->engine);
        SLOTH_TRY_VOID(add_hooks(*core, folder, plan.hooks));
        Load load(*core, notes, payload(plan.payload));
        (void)load.throughput(warm_up);
        const int64_t commits_before = core->store->commits();
        report.events_per_second = load.throughput(plan.events);
        commits = core->store->commits() - commits_before;
        if (open_loop > 0) {
            report.accept_ms = percentiles(load.latency(open_loop, plan.rate));
            report.dispatch_ms = percentiles(dispatch_latencies(notes, plan.events + warm_up));
        }
        SLOTH_TRY(const EventCounts counts, core->store->events().counts());
        SLOTH_TRY(const RunCounts runs, core->store->executions().counts());
        report.lost = load.accepted() - (counts.total - counts.open);
        report.duplicates = runs.success + runs.failed + runs.timeout + runs.interrupted -
                            counts.total * plan.hooks;
    }
    // The same batches: two writes a life (accepted, recorded) fell into so many commits.
    BareLoad bare;
    bare.events = size_t(std::min<int64_t>(plan.events, 100'000));
    bare.batch =
        size_t(std::clamp<int64_t>(2 * plan.events / std::max<int64_t>(1, commits), 1, 4'000));
    bare.payload = size_t(plan.payload);
    SystemClock clock;
    SLOTH_TRY(const BareLimit limit, bare_sqlite_limit(folder, clock, bare));
    report.sqlite_limit_per_second = limit.events_per_second;
    report.ratio = report.events_per_second / limit.events_per_second;
    const auto millis = [](Micros us) { return double(us.count()) / 1000; };
    report.flush_ms = {millis(limit.flush_p50), millis(limit.flush_p99), millis(limit.flush_p999)};
    return report;
}

std::string to_json(const BenchReport& report, const BenchPlan& plan) {
    const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
    const auto three = [&](const Percentiles& p) {
        return Json{{"p50", rounded(p.p50)}, {"p99", rounded(p.p99)}, {"p999", rounded(p.p999)}};
    };
    return dump_json(Json{{"events", plan.events},
                          {"hooks", plan.hooks},
                          {"rate", plan.rate},
                          {"payload", plan.payload},
                          {"events_per_second", std::round(report.events_per_second)},
                          {"sqlite_limit_per_second", std::round(report.sqlite_limit_per_second)},
                          {"ratio", rounded(report.ratio)},
                          {"flush_ms", three(report.flush_ms)},
                          {"accept_ms", three(report.accept_ms)},
                          {"dispatch_ms", three(report.dispatch_ms)},
                          {"lost", report.lost},
                          {"duplicates", report.duplicates}},
                     2);
}

std::string to_text(const BenchReport& report, const BenchPlan& plan) {
    const auto three = [](std::string_view name, const Percentiles& p) {
        return fmt::format("{:<10}  p50 {:>8.2f} ms   p99 {:>8.2f} ms   p99.9 {:>8.2f} ms\n", name,
                           p.p50, p.p99, p.p999);
    };
    std::string out = fmt::format("{} events, {} hook{}, {} bytes each\n\n", plan.events,
                                  plan.hooks, plan.hooks == 1 ? "" : "s", plan.payload);
    out += fmt::format(
        "end to end  {:>10.0f} events/s (accepted, run, recorded; every step durable)\n",
        report.events_per_second);
    out += fmt::format("bare SQLite {:>10.0f} events/s (the same rows in the same batches)\n",
                       report.sqlite_limit_per_second);
    out += fmt::format("ratio       {:>10.2f}\n\n", report.ratio);
    out += three("flush", report.flush_ms);
    if (plan.rate > 0) {
        out += three("accept", report.accept_ms);
        out += three("dispatch", report.dispatch_ms);
        out += fmt::format("            (open loop at {} events/s)\n", plan.rate);
    }
    out += fmt::format("\nlost {}, duplicates {}\n", report.lost, report.duplicates);
    return out;
}

}  // namespace sloth
