#include "engine/test_runs.h"

#include <algorithm>

#include "engine/to_execution.h"

namespace sloth {
namespace {

constexpr RunId kTestBit = 1ULL << 63;  // the engine counts from 1 and never gets here

}  // namespace

TestRuns::TestRuns(HookRunner& runner) : runner_(runner) { runner_.set_sink(this); }

void TestRuns::completed(std::vector<RunOutcome> outcomes) {
    const auto ours =
        std::stable_partition(outcomes.begin(), outcomes.end(),
                              [](const RunOutcome& o) { return (o.run & kTestBit) == 0; });
    for (auto it = ours; it != outcomes.end(); ++it) {
        if (!it->last && !it->handed_back) continue;
        content_.with([&](Content& content) {
            if (auto found = content.waiting.extract(it->run))
                found.mapped().set_value(std::move(*it));
        });
    }
    outcomes.erase(ours, outcomes.end());
    if (!outcomes.empty() && engine_) engine_->completed(std::move(outcomes));
}

Result<TestRuns::Outcome> TestRuns::run(std::shared_ptr<const Event> event,
                                        std::shared_ptr<const RunnableHook> hook, Effects effects,
                                        EventStore& store) {
    std::future<RunOutcome> future;
    RunRequest request;
    content_.with([&](Content& content) {
        request.run = kTestBit | ++content.next;
        future = content.waiting[request.run].get_future();
    });
    request.event = event;
    request.hook = hook;
    request.trace = true;
    request.dry_run = effects == Effects::dry;
    std::vector<RunRequest> requests;
    requests.push_back(std::move(request));
    runner_.start(std::move(requests));
    RunOutcome outcome = future.get();
    if (outcome.handed_back)
        return fail(Code::refused, "test hook '{}': the master is shutting down", hook->name);
    if (effects == Effects::real && !outcome.effects.effects.empty()) {
        std::promise<Result<void>> flushed;
        store.flush(std::move(outcome.effects), [&flushed](
                                                    Result<std::vector<std::string>> result) {
            flushed.set_value(result ? Result<void>{} : std::unexpected(std::move(result).error()));
        });
        SLOTH_TRY_VOID(flushed.get_future().get());
    }
    std::vector<EffectTrace> trace = std::move(outcome.trace);
    return Outcome{to_execution(*event, *hook, std::move(outcome)), std::move(trace)};
}

}  // namespace sloth
