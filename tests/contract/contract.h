// What the contract suites share: a store under test behind its ports, with a way to end its
// life, and ways to wait for the answers of asynchronous calls.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "ports/agent_store.h"
#include "ports/agent_watcher_store.h"
#include "ports/event_store.h"
#include "ports/execution_store.h"
#include "ports/hook_store.h"
#include "ports/secret_store.h"
#include "ports/state_store.h"
#include "tests/fakes/fake_clock.h"

namespace sloth {

// One adapter on one empty place. Adapters of stores are tested by giving a maker of these.
class StoreUnderTest {
 public:
    virtual ~StoreUnderTest() = default;
    virtual EventStore& events() = 0;
    virtual HookStore& hooks() = 0;
    virtual ExecutionStore& executions() = 0;
    virtual StateStore& state() = 0;
    virtual AgentStore& agents() = 0;
    virtual AgentWatcherStore& agent_watchers() = 0;
    virtual SecretStore& secrets() = 0;
    // The process ends without a word and another one opens the same store. References to the ports
    // are stale after it.
    virtual void crash() = 0;
};

struct StoreKind {
    std::string name;
    std::function<std::unique_ptr<StoreUnderTest>(FakeClock&)> make;
};

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
    void SetUp() override { store = GetParam().make(clock); }

    Event an_event(const std::string& id, const std::string& type = "task.failed") {
        Event event;
        event.id = id;
        event.type = type;
        event.data = R"({"n":1})";
        event.root_id = id;
        event.timestamp = clock.wall();
        event.created_at = clock.wall();
        return event;
    }

    Result<AppendResults> append(std::vector<Event> events,
                                 std::optional<AgentPosition> position = {}) {
        std::promise<Result<AppendResults>> done;
        store->events().append(std::move(events), std::move(position),
                               [&](Result<AppendResults> r) { done.set_value(std::move(r)); });
        return done.get_future().get();
    }

    // Appends one and expects it to be new.
    int64_t append_one(Event event) {
        const auto results = append({std::move(event)});
        EXPECT_TRUE(results && results->at(0) && !results->at(0)->duplicate);
        return results && results->at(0) ? results->at(0)->seq : 0;
    }

    Result<void> record(RecordBatch batch) {
        std::promise<Result<void>> done;
        store->events().record(std::move(batch),
                               [&](Result<void> r, RecordBatch) { done.set_value(r); });
        return done.get_future().get();
    }

    Result<std::vector<std::string>> flush(EffectBatch batch) {
        std::promise<Result<std::vector<std::string>>> done;
        store->events().flush(std::move(batch), [&](auto r) { done.set_value(std::move(r)); });
        return done.get_future().get();
    }

    std::vector<int64_t> claim(size_t limit) {
        auto events = store->events().claim(limit, store->events().epoch());
        EXPECT_TRUE(events.has_value());
        std::vector<int64_t> seqs;
        for (const Event& event : *events) seqs.push_back(event.seq);
        return seqs;
    }

    // "" for a key that is not there.
    std::string state(std::string_view stack, std::string_view key) {
        const auto value = store->state().get(stack, key);
        EXPECT_TRUE(value.has_value());
        return value->value_or("");
    }

    EventFinish finish(int64_t seq, EventStatus status = EventStatus::completed,
                       std::string error = {}) {
        return {seq, status, std::move(error), clock.wall()};
    }

    Hook a_hook(const std::string& name, std::vector<std::string> types = {"task.failed"}) {
        Hook hook;
        hook.id = "0193-" + name;
        hook.name = name;
        hook.event_types = std::move(types);
        hook.file_path = "/hooks/" + name + ".lua";
        hook.content_hash = "hash-of-" + name;
        hook.created_at = hook.updated_at = clock.wall();
        return hook;
    }

    RunRecord a_run(const Event& event, const Hook& hook, RunStatus status = RunStatus::success) {
        RunRecord run;
        run.execution.event_id = event.id;
        run.execution.hook_id = hook.id;
        run.execution.hook_name = hook.name;
        run.execution.status = status;
        run.execution.duration = 1500us;
        run.execution.executed_at = clock.wall();
        run.execution.delivery_id = event.id + delivery_suffix(hook.id);
        run.effects.delivery_id = run.execution.delivery_id;
        run.effects.journal = false;
        return run;
    }

    FakeClock clock;
    std::unique_ptr<StoreUnderTest> store;
};

// Takes at most `room` events and keeps them.
class Taker final : public ReadyEvents {
 public:
    explicit Taker(size_t room = SIZE_MAX) : room(room) {}
    size_t offer(std::span<Event> events) override {
        const size_t count = std::min(room, events.size());
        for (size_t i = 0; i < count; ++i) taken.push_back(std::move(events[i]));
        room -= count;
        return count;
    }
    std::vector<int64_t> seqs() const {
        std::vector<int64_t> out;
        for (const Event& event : taken) out.push_back(event.seq);
        return out;
    }

    size_t room;
    std::vector<Event> taken;
};

}  // namespace sloth
