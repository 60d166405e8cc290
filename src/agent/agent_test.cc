#include "agent/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host.h"
#include "tests/fakes/fake_uplink.h"
#include "tests/fakes/memory_watcher_store.h"
#include "tests/fakes/temp_folder.h"
#include "watch/kernel_notifier.h"

namespace sloth {
namespace {

using testing::HasSubstr;
using Kind = UplinkRequest::Kind;

class SeededRandom final : public Random {
 public:
    uint64_t next() override { return next_ += 0x9e3779b97f4a7c15; }

 private:
    uint64_t next_ = 1;
};

struct AgentTest : testing::Test {
    AgentTest() { restart(); }

    void restart(LocalAgent::Options options = {}) {
        agent.reset();
        uplink.batches.clear();
        options.self = {.name = "web-01", .version = "1"};
        agent = std::make_unique<LocalAgent>(
            options, LocalAgent::Parts{store, inotify, machine, uplink, clock, random, log});
        ASSERT_TRUE(agent->load());
    }
    MonoTime step() {
        const auto next = agent->step();
        EXPECT_TRUE(next) << next.error().message;
        return next.value_or(clock.mono());
    }
    // Steps from timer to timer for this long.
    void run_for(Micros time) {
        const MonoTime end = clock.mono() + time;
        while (true) {
            const MonoTime next = std::max(step(), clock.mono() + Micros(1));
            if (next > end) break;
            clock.advance(std::chrono::ceil<Micros>(next - clock.mono()));
        }
        clock.advance(std::chrono::ceil<Micros>(end - clock.mono()));
        step();
    }
    void connect(uint64_t stored = 0) {
        step();
        uplink.say(UplinkWelcome{stored});
        step();
    }
    Result<Json> ask(Kind kind, const std::string& id = "", const Json& spec = {}) {
        uplink.say(UplinkRequest{++asked, kind, id, dump_json(spec)});
        step();
        EXPECT_EQ(uplink.replies.back().request, asked);
        SLOTH_TRY(const std::string text, uplink.replies.back().result);
        return parse_json(text);
    }
    std::string watch(const std::string& name) {
        const auto made = ask(Kind::watcher_create, "",
                              {{"type", "file"},
                               {"path", folder.path(name)},
                               {"conditions", {"created", "changed", "deleted"}}});
        EXPECT_TRUE(made) << made.error().message;
        return (*made)["id"];
    }
    void ack() {
        uplink.say(UplinkAck{uplink.batches.back().back().sequence});
        step();
    }

    TempFolder folder;
    MemoryWatcherStore store;
    KernelNotifier inotify;
    Machine machine{std::make_shared<FakeHost>(), inotify};
    FakeUplink uplink;
    FakeClock clock;
    SeededRandom random;
    Log log{{.level = LogLevel::error}};
    std::unique_ptr<LocalAgent> agent;
    uint64_t asked = 0;
};

TEST_F(AgentTest, sends_what_a_watcher_saw_within_a_few_milliseconds) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    EXPECT_EQ(uplink.batches[0][0].event.type, "file.created");
    EXPECT_EQ(uplink.batches[0][0].event.agent, "web-01");
    EXPECT_EQ(store.outbox.size(), 1u);
    ack();
    EXPECT_EQ(store.outbox.size(), 0u);
}

TEST_F(AgentTest, collects_what_comes_while_a_batch_is_in_flight) {
    folder.make("d");
    connect();
    watch("d");
    folder.write("d/first", "1");
    run_for(10ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    for (int i = 0; i < 70; ++i) folder.write("d/" + std::to_string(i), "1");
    run_for(100ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    ack();
    ASSERT_EQ(uplink.batches.size(), 2u);
    EXPECT_EQ(uplink.batches[1].size(), 50u);
    ack();
    ASSERT_EQ(uplink.batches.size(), 3u);
    EXPECT_EQ(uplink.batches[2].size(), 20u);
    ack();
    EXPECT_EQ(store.outbox.size(), 0u);
}

TEST_F(AgentTest, keeps_events_until_the_master_has_acknowledged_them) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    ASSERT_EQ(uplink.batches.size(), 1u);
    uplink.break_stream();
    run_for(1s);
    EXPECT_EQ(uplink.connects, 2);
    EXPECT_EQ(store.outbox.size(), 1u);
    restart();
    connect();
    ASSERT_EQ(uplink.batches.size(), 1u);
    EXPECT_EQ(uplink.batches[0][0].event.type, "file.created");
}

TEST_F(AgentTest, does_not_send_again_what_the_master_has_already) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    const uint64_t sent = uplink.batches.back().back().sequence;
    uplink.batches.clear();
    uplink.break_stream();
    run_for(1s);
    uplink.say(UplinkWelcome{sent});
    run_for(1s);
    EXPECT_TRUE(uplink.batches.empty());
    EXPECT_TRUE(store.outbox.empty());
}

TEST_F(AgentTest, sends_again_more_and_more_slowly_what_is_not_acknowledged) {
    connect();
    watch("a");
    folder.write("a", "1");
    run_for(10ms);
    for (int i = 0; i < 20; ++i) {
        uplink.say(UplinkAck{0});  // it lives, and has no room
        run_for(1s);
    }
    EXPECT_EQ(uplink.batches.size(), 4u);  // at 0, 2, 6 and 14 s
    for (const auto& batch : uplink.batches) {
        EXPECT_EQ(batch[0].sequence, uplink.batches[0][0].sequence);
    }
}

TEST_F(AgentTest, sends_heartbeats_and_gives_up_a_silent_master) {
    connect();
    run_for(14s);
    EXPECT_EQ(uplink.heartbeats, 2);
    EXPECT_TRUE(uplink.open);
    run_for(1s);
    EXPECT_FALSE(uplink.open);
    run_for(1s);
    EXPECT_EQ(uplink.connects, 2);
}

TEST_F(AgentTest, calls_again_later_and_later) {
    step();
    std::vector<Micros> waits;
    for (int i = 0; i < 12; ++i) {
        const MonoTime broken = clock.mono();
        uplink.break_stream();
        const int before = uplink.connects;
        while (true) {
            const MonoTime next = step();
            if (uplink.connects != before) break;
            clock.advance(std::chrono::ceil<Micros>(next - clock.mono()));
        }
        waits.push_back(std::chrono::floor<Micros>(clock.mono() - broken));
    }
    EXPECT_LE(waits[0], 200ms);
    EXPECT_GE(waits[11], 15s);
    EXPECT_LE(waits[11], 30s);
}

TEST_F(AgentTest, answers_for_its_watchers) {
    connect();
    folder.make("d");
    const std::string id = watch("d/a");
    watch("d/b");
    EXPECT_EQ(ask(Kind::watcher_list)->size(), 2u);
    EXPECT_EQ((*ask(Kind::watcher_get, id))["path"], folder.path("d/a"));
    EXPECT_EQ((*ask(Kind::watcher_get, id.substr(8)))["id"], id);
    EXPECT_EQ(ask(Kind::watcher_get, "watcher-0").error().code, Code::conflict);
    const auto missing = ask(Kind::watcher_get, "watcher-ffff");
    EXPECT_EQ(missing.error().code, Code::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr("watcher-ffff"));

    const auto updated = ask(Kind::watcher_update, id, {{"interval", "30s"}});
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_EQ((*updated)["interval"], "30s");
    EXPECT_EQ((*updated)["path"], folder.path("d/a"));
    EXPECT_EQ(store.rows.at(id).spec.interval, 30s);
    EXPECT_EQ(ask(Kind::watcher_update, id, {{"interval", "1ms"}}).error().code, Code::invalid);

    EXPECT_TRUE(ask(Kind::watcher_delete, id));
    EXPECT_FALSE(store.rows.contains(id));
    folder.write("d/a", "1");
    folder.write("d/b", "1");
    run_for(1s);
    ASSERT_EQ(store.outbox.size(), 1u);
    EXPECT_THAT(store.outbox[0].event.data, HasSubstr("d/b"));
}

TEST_F(AgentTest, refuses_watchers_that_make_no_sense) {
    connect();
    EXPECT_EQ(ask(Kind::watcher_create, "", {{"type", "file"}, {"path", "/x"}}).error().code,
              Code::invalid);
    EXPECT_EQ(ask(Kind::watcher_create, "", {{"type", "cpu"}, {"path", "/x"}}).error().code,
              Code::invalid);
    EXPECT_EQ(ask(Kind::watcher_create, "", {1, 2}).error().code, Code::invalid);
    EXPECT_TRUE(store.rows.empty());
}

TEST_F(AgentTest, tells_after_a_restart_what_changed_meanwhile) {
    folder.write("a", "1");
    connect();
    watch("a");
    run_for(10ms);
    agent.reset();
    folder.write("a", "changed");
    restart();
    step();
    ASSERT_EQ(store.outbox.size(), 1u);
    EXPECT_THAT(store.outbox[0].event.data, HasSubstr("\"inferred\":true"));
}

TEST_F(AgentTest, forgets_what_happened_while_a_watcher_was_off) {
    folder.write("a", "1");
    connect();
    const std::string id = watch("a");
    EXPECT_TRUE(ask(Kind::watcher_update, id, {{"enabled", false}}));
    folder.write("a", "changed");
    run_for(10s);
    EXPECT_TRUE(ask(Kind::watcher_update, id, {{"enabled", true}}));
    run_for(10s);
    EXPECT_TRUE(store.outbox.empty());
    folder.write("a", "changed again");
    run_for(10ms);
    EXPECT_EQ(store.outbox.size(), 1u);
}

TEST_F(AgentTest, loses_nothing_while_its_disk_is_full) {
    folder.write("a", "1");
    connect();
    watch("a");
    store.fault = Error{Code::exhausted, "disk full", {}};
    folder.write("a", "22");
    run_for(5s);
    EXPECT_TRUE(store.outbox.empty());
    store.fault.reset();
    run_for(1s);
    ASSERT_EQ(store.outbox.size(), 1u);
    EXPECT_THAT(store.outbox[0].event.data, HasSubstr("\"old_size\":1,\"new_size\":2"));
}

TEST_F(AgentTest, ends_when_its_store_cannot_be_trusted) {
    folder.write("a", "1");
    connect();
    watch("a");
    store.fault = Error{Code::corrupt, "the disk did not flush", {}};
    folder.write("a", "22");
    clock.advance(10s);
    EXPECT_FALSE(agent->step());
}

TEST_F(AgentTest, drops_the_oldest_and_says_so_when_the_outbox_is_full) {
    restart({.outbox_limit = 10});
    folder.make("d");
    connect();
    watch("d");
    uplink.break_stream();
    for (int i = 0; i < 25; ++i) {
        folder.write("d/" + std::to_string(i), "1");
        run_for(20ms);
    }
    EXPECT_LE(store.outbox.size(), 10u);
    const OutboxEntry* told = nullptr;
    int files = 0;
    for (const OutboxEntry& entry : store.outbox) {
        if (entry.event.type == "agent.outbox_overflow") told = &entry;
        if (entry.event.type == "file.created") ++files;
    }
    ASSERT_TRUE(told);
    const Json data = *parse_json(told->event.data);
    EXPECT_EQ(data["limit"], 10);
    EXPECT_GE(data["dropped_total"].get<int>(), 25 - files - 1);
    EXPECT_THAT(store.outbox.back().event.data + store.outbox[store.outbox.size() - 2].event.data,
                HasSubstr("d/24"));
}

}  // namespace
}  // namespace sloth
