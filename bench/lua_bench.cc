// What one run of a hook costs in a worker: state, script, event, call, outcome. Prints
// microseconds of CPU time a run, of this process with what the kernel does for it: first for the
// virtual machine alone, then through the worker's loop and its socket. Then the figures that have
// a limit, each beside it.
#include <fmt/core.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>

#include "lua/frames.h"
#include "lua/run.h"
#include "runner/worker_loop.h"

namespace sloth {
namespace {

constexpr int kRuns = 40'000;
constexpr int kBatch = 64;

class SystemClock final : public Clock {
 public:
    WallTime wall() override {
        return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
    }
    MonoTime mono() override { return std::chrono::steady_clock::now(); }
};

class NoRandom final : public Random {
 public:
    uint64_t next() override { return 4; }
};

struct Script {
    const char* name;
    const char* source;
};

// "reads" is the usual one; "notify" is as large as those that people write, with JSON and a log
// line. The first one leaves the state, in which every module is there on first use.
constexpr Script kScripts[] = {
    {"empty", "function on_event() end"},
    {"reads",
     "function on_event(e)\n  local t = e.data.task\n"
     "  if t.exit_code ~= 0 then\n    return true, 'task ' .. t.task_name .. ' failed'\n"
     "  end\nend\n"},
    {"notify", R"(
local hook = {
    name = "notify_on_failure",
    description = "Send notification when tasks fail",
    event_type = "task.failed",
    stack = "production",
}

function hook.execute(event)
    local task = event.data.task
    local json = require("json")
    local payload = json.encode({
        text = string.format("Task %s failed on %s: %s", task.task_name, task.agent_name, task.error),
    })
    log.info("notifying", {task = task.task_name, exit_code = task.exit_code})
    return true, payload
end

return hook
)"},
};

constexpr const char* kData =
    R"({"task":{"task_name":"deploy_app","agent_name":"web-server-01","status":"failed",)"
    R"("exit_code":1,"error":"Connection refused","duration":"2m30s"},"tags":["production","web"]})";

std::string run_frame(uint64_t run) {
    std::string out;
    FrameWriter writer(out);
    write(writer, run,
          RunFrame{.hook_key = 1,
                   .timeout_us = 30'000'000,
                   .memory_limit = 64 << 20,
                   .output_limit = 256 << 10,
                   .seed = run,
                   .delivery_id = "0193591d-2f6e-7b3a-9c11-4f6f6a7b8c9d",
                   .id = "0193591d-2f6e-7b3a-9c11-4f6f6a7b8c9d",
                   .type = "task.failed",
                   .agent = "web-server-01",
                   .source = "cli",
                   .timestamp_us = 1'763'900'000'000'000,
                   .created_at_us = 1'763'900'000'000'000,
                   .data = kData});
    return out;
}

// Of all threads of this process, in the program and in the kernel.
double cpu_microseconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double machine_alone(const Script& script) {
    SystemClock clock;
    NoRandom random;
    lua::WorkerMemory memory(1 << 30);
    const lua::Library library;
    lua::VirtualMachine vm{.clock = clock, .random = random, .memory = memory, .library = library};
    const auto hook =
        std::make_shared<const lua::HookSource>(lua::HookSource{"@hook.lua", script.source});
    const std::string frame = run_frame(1);
    constexpr size_t kHeader = sizeof(uint32_t) + sizeof(uint8_t) + sizeof(uint64_t);
    const double began = cpu_microseconds();
    for (int i = 0; i < kRuns; ++i) {
        auto run = lua::Run::of_event(vm, hook, frame.substr(kHeader));
        run->resume();
        const lua::RunResult result = run->take_result();
        if (result.status != RunStatus::success) fmt::print("failed: {}\n", result.error);
    }
    return (cpu_microseconds() - began) / kRuns;
}

double through_the_loop(const Script& script) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return 0;
    const Fd ours(ends[0]);
    SystemClock clock;
    NoRandom random;
    WorkerPage page{};
    WorkerLoop loop(Fd(ends[1]), page, clock, random, {});
    std::string batch;
    FrameWriter writer(batch);
    writer.begin(FrameKind::hook, 0);
    writer.u64(1);
    writer.str("hook.lua");
    writer.str(script.source);
    writer.end();
    std::string in;
    const double began = cpu_microseconds();
    for (int first = 1; first <= kRuns; first += kBatch) {
        for (int i = 0; i < kBatch; ++i) batch += run_frame(static_cast<uint64_t>(first + i));
        if (::send(ours.get(), batch.data(), batch.size(), 0) < 0) return 0;
        batch.clear();
        for (int done = 0; done < kBatch;) {
            loop.step(0ms);
            char bytes[64 << 10];
            const ssize_t got = ::recv(ours.get(), bytes, sizeof bytes, MSG_DONTWAIT);
            if (got > 0) in.append(bytes, static_cast<size_t>(got));
            size_t used = 0;
            FrameView frame;
            while (cut_frame(in, used, frame) == FrameCut::frame) ++done;
            in.erase(0, used);
        }
    }
    return (cpu_microseconds() - began) / kRuns;
}

struct Cost {
    double alone = 1e9;
    double loop = 1e9;
};

// The least disturbed of five.
Cost cost_of(const Script& script) {
    Cost out;
    for (int i = 0; i < 5; ++i) {
        out.alone = std::min(out.alone, machine_alone(script));
        out.loop = std::min(out.loop, through_the_loop(script));
    }
    return out;
}

void figure(const std::string& name, double microseconds, double limit) {
    fmt::print("{:<70} {:6.2f} us, limit {:2.0f} us: {}\n", name, microseconds, limit,
               microseconds < limit ? "holds" : "DOES NOT HOLD");
}

}  // namespace
}  // namespace sloth

int main() {
    using namespace sloth;
    for (const auto& script : kScripts) {
        const Cost cost = cost_of(script);
        fmt::print("{:<8} {:6.2f} us alone, {:6.2f} us through the loop\n", script.name, cost.alone,
                   cost.loop);
        figure(fmt::format("a no-effect hook ({}), worker CPU a run", script.name), cost.loop, 40);
        if (script.name == kScripts[0].name)
            figure("a fresh state with all modules reachable, and an empty run in it", cost.alone,
                   25);
    }
}
