#include "lua/run.h"

#include <charconv>
#include <utility>

#include "domain/hook.h"
#include "lua/binding.h"
#include "lua/coroutines.h"
#include "lua/hook_body.h"
#include "lua/limits.h"

namespace sloth::lua {
namespace {

constexpr Micros kLoadTimeout = 2s;  // reading metadata runs no more than the script's top level

// No collection before a run has made this much garbage: most end earlier.
constexpr int kFirstCollectionKiB = 256;

// "notify.lua:3: reason" with its line apart.
Finding finding_of(std::string_view error) {
    error = error.substr(0, error.find('\n'));
    const size_t colon = error.find(':');
    const size_t end = error.find(": ", colon == std::string_view::npos ? 0 : colon + 1);
    Finding out{.error = true, .message = std::string(error)};
    if (end == std::string_view::npos) return out;
    const std::string_view digits = error.substr(colon + 1, end - colon - 1);
    const auto [stop, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), out.line);
    if (problem == std::errc() && stop == digits.data() + digits.size())
        out.message = error.substr(end + 2);
    return out;
}

}  // namespace

Run::Run(VirtualMachine& vm, std::shared_ptr<const HookSource> hook, int64_t memory_limit,
         uint32_t output_limit)
    : vm_(vm),
      hook_(std::move(hook)),
      arena_(vm.memory, memory_limit),
      context_{.library = vm.library,
               .source = *hook_,
               .clock = vm.clock,
               .random = vm.random,
               .arena = arena_,
               .output = Output(output_limit)} {
    context_.limits.check_every = vm.check_every;
}

Run::~Run() = default;  // the arena drops the state as a whole

std::unique_ptr<Run> Run::of_event(VirtualMachine& vm, std::shared_ptr<const HookSource> hook,
                                   std::string frame) {
    FrameReader header(frame);
    const RunFrame limits = read_run(header);
    if (!header.ok()) return nullptr;
    std::unique_ptr<Run> run(
        new Run(vm, std::move(hook), limits.memory_limit, limits.output_limit));
    run->bytes_ = std::move(frame);
    FrameReader reader(run->bytes_);
    run->context_.frame = read_run(reader);
    run->context_.limits.timeout = Micros(limits.timeout_us);
    run->context_.limits.deadline = vm.clock.mono() + Micros(limits.timeout_us);
    return run;
}

std::unique_ptr<Run> Run::of_load(VirtualMachine& vm, std::shared_ptr<const HookSource> hook,
                                  bool lint) {
    const HookLimits defaults;
    std::unique_ptr<Run> run(
        new Run(vm, std::move(hook), defaults.memory, static_cast<uint32_t>(defaults.output)));
    run->context_.loading = true;
    run->context_.linting = lint;
    run->context_.limits.timeout = kLoadTimeout;
    run->context_.limits.deadline = vm.clock.mono() + kLoadTimeout;
    return run;
}

bool Run::open() {
    lua_State* L = lua_newstate(Arena::allocate, &arena_);
    if (L == nullptr) return false;
    *static_cast<Context**>(lua_getextraspace(L)) = &context_;
    lua_gc(L, LUA_GCSTEP, -kFirstCollectionKiB);  // a negative step is credit
    watch_time(L, context_.limits);
    lua_pushcfunction(L, hook_body);
    context_.chain.push_back(L);
    return true;
}

Run::State Run::resume() {
    const MonoTime now = vm_.clock.mono();
    context_.limits.slice_end = now + vm_.slice;
    if (!started_) {
        started_ = now;
        if (!open()) {
            context_.ending = memory_ending(context_);
            return finish();
        }
    }
    switch (drive(context_, nullptr, 0, 0)) {
        case Stop::slice:
            return State::ready;
        case Stop::effect:
            return State::waiting;
        default:
            return finish();
    }
}

Run::State Run::finish() {
    if (context_.ending != Ending::none) {
        conclude_ending(context_);
    } else if (context_.transfer.status != LUA_OK) {
        context_.status = RunStatus::failed;
        lua_State* L = context_.chain.front();
        if (context_.error.empty())
            context_.error =
                lua_type(L, -1) == LUA_TSTRING ? text_at(L, -1) : "the hook could not be run";
    }
    return State::finished;
}

void Run::answer(AnswerKind kind, std::string_view values) {
    context_.answer_kind = kind;
    context_.answer = values;
}

void Run::expire() {
    context_.ending = Ending::timeout;
    context_.place = current_place(context_.chain.back());
    conclude_ending(context_);
    context_.error += std::string(" while waiting for ") + context_.effect.name;
}

RunResult Run::take_result() {
    if (context_.linting && context_.status != RunStatus::interrupted) {
        // What it failed on is the last finding.
        if (context_.status != RunStatus::success)
            context_.findings.push_back(finding_of(context_.error));
        context_.status = RunStatus::success;
        context_.metadata = to_json(context_.findings, context_.metadata);
    }
    return {.status = context_.status,
            .started = started_.value_or(MonoTime{}),
            .has_started = started_.has_value(),
            .output = context_.output.take(),
            .error = std::move(context_.error),
            .metadata = std::move(context_.metadata)};
}

}  // namespace sloth::lua
