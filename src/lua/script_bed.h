// For tests: runs a script as a worker would, with a broker that the test writes. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lua/run.h"
#include "lua/ticking_clock.h"

namespace sloth::lua {

struct Outcome {
    RunStatus status = RunStatus::success;
    std::string output;
    std::string error;
    std::string metadata;
    std::vector<std::string> effects;  // "state.get [\"n\"]"
    int slices = 0;
};

struct ScriptBed {
    TickingClock clock;
    CountingRandom random;
    WorkerMemory memory{512 << 20};
    Library library;
    Micros slice = 1ms;
    int check_every = 1000;
    Micros timeout = 1s;
    int64_t memory_limit = 64 << 20;
    uint32_t output_limit = 256 << 10;
    uint64_t seed = 1;
    std::string data = "{}";
    std::string agent = "web-01";
    std::string stack;
    // Answers an effect; the default gives the arguments back.
    std::function<std::string(const EffectRequest&)> broker = [](const EffectRequest& request) {
        return request.args;
    };
    AnswerKind answer_kind = AnswerKind::values;

    static std::shared_ptr<const HookSource> source_of(std::string_view source) {
        return std::make_shared<const HookSource>(HookSource{"@notify.lua", std::string(source)});
    }

    std::string frame() const {
        std::string out;
        FrameWriter writer(out);
        write(writer, 1,
              RunFrame{.hook_key = 1,
                       .timeout_us = timeout.count(),
                       .memory_limit = memory_limit,
                       .output_limit = output_limit,
                       .attempt = 2,
                       .seed = seed,
                       .delivery_id = "delivery-1",
                       .id = "event-1",
                       .type = "task.failed",
                       .stack = stack,
                       .agent = agent,
                       .timestamp_us = 1'700'000'000'900'000,
                       .created_at_us = 1'700'000'001'000'000,
                       .data = data});
        constexpr size_t kHeader = sizeof(uint32_t) + sizeof(uint8_t) + sizeof(uint64_t);
        return out.substr(kHeader);
    }

    // The whole script, on an event.
    Outcome run(std::string_view source) { return run(source_of(source)); }

    // One that has perhaps run before.
    Outcome run(std::shared_ptr<const HookSource> source) {
        VirtualMachine vm = machine();
        return finish(*Run::of_event(vm, std::move(source), frame()));
    }

    // The same, as the body of on_event.
    Outcome call(std::string_view body) {
        return run("function on_event(event) " + std::string(body) + "\nend");
    }

    // What the statements return, as print shows it; or "error: ...", the first line.
    std::string eval(std::string_view body) {
        const Outcome got = call("print((function() " + std::string(body) + " end)())");
        return got.status == RunStatus::success
                   ? got.output
                   : "error: " + got.error.substr(0, got.error.find('\n'));
    }

    Outcome lint(std::string_view source) {
        VirtualMachine vm = machine();
        return finish(*Run::of_load(vm, source_of(source), true));
    }

    Outcome load(std::string_view source) {
        VirtualMachine vm = machine();
        return finish(*Run::of_load(vm, source_of(source)));
    }

 private:
    VirtualMachine machine() {
        return {.clock = clock,
                .random = random,
                .memory = memory,
                .library = library,
                .slice = slice,
                .check_every = check_every};
    }

    Outcome finish(Run& run) {
        Outcome out;
        for (;;) {
            switch (run.resume()) {
                case Run::State::ready:
                    ++out.slices;
                    break;
                case Run::State::waiting:
                    out.effects.push_back(std::string(run.request().name) + " " +
                                          run.request().args);
                    run.answer(answer_kind, broker(run.request()));
                    break;
                case Run::State::finished:
                    RunResult result = run.take_result();
                    out.status = result.status;
                    out.output = std::move(result.output);
                    out.error = std::move(result.error);
                    out.metadata = std::move(result.metadata);
                    return out;
            }
        }
    }
};

}  // namespace sloth::lua
