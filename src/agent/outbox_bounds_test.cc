#include "agent/outbox_bounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/memory_watcher_store.h"

namespace sloth {
namespace {

struct OutboxBoundsTest : testing::Test {
    OutboxBoundsTest() {
        EXPECT_TRUE(store.save({.id = "watcher-1"}, clock.wall()));
        limit({.events = 10});
    }
    void limit(OutboxBounds::Limits limits) {
        bounds = std::make_unique<OutboxBounds>(
            limits, "web-01", store,
            [this](std::string data) {
                return Event{.type = "agent.outbox_overflow",
                             .data = std::move(data),
                             .timestamp = clock.wall()};
            },
            log);
    }
    void add(const std::string& type, int count = 1, size_t bytes = 0) {
        for (int i = 0; i < count; ++i) {
            const Event event{.id = std::to_string(++ids),
                              .type = type,
                              .data = "{" + std::string(bytes, ' ') + "}",
                              .timestamp = clock.wall()};
            const Observation added{"watcher-1", "{}", {event}};
            EXPECT_TRUE(store.store({&added, 1}));
        }
    }
    void keep(uint64_t handed_over = 0) {
        ASSERT_TRUE(bounds->keep(clock.wall(), clock.mono(), handed_over));
    }
    // The types of what is left, and that its order is the old one.
    std::vector<std::string> left() const {
        std::vector<std::string> types;
        uint64_t last = 0;
        for (const OutboxEntry& entry : store.outbox) {
            EXPECT_GT(entry.sequence, last);
            last = entry.sequence;
            types.push_back(entry.event.type);
        }
        return types;
    }
    int64_t count(const std::string& type) const { return std::ranges::count(left(), type); }
    Json said() const { return *parse_json(store.outbox.back().event.data); }

    MemoryWatcherStore store;
    FakeClock clock;
    Log log{{.level = LogLevel::error}};
    std::unique_ptr<OutboxBounds> bounds;
    int ids = 0;
};

TEST_F(OutboxBoundsTest, lets_the_oldest_unimportant_go_and_says_so) {
    add("file.modified", 2);
    add("service.failed", 5);
    const WallTime first = clock.wall();
    clock.advance(1s);
    add("file.created", 4);
    keep();
    EXPECT_EQ(left(),
              (std::vector<std::string>{"service.failed", "service.failed", "service.failed",
                                        "service.failed", "service.failed", "file.created",
                                        "file.created", "file.created", "agent.outbox_overflow"}));
    EXPECT_EQ(said()["agent"], "web-01");
    EXPECT_EQ(said()["reason"], "size");
    EXPECT_EQ(said()["dropped"], 3);
    EXPECT_EQ(said()["dropped_total"], 3);
    EXPECT_EQ(said()["by_type"], (Json{{"file.created", 1}, {"file.modified", 2}}));
    EXPECT_EQ(said()["limits"]["events"], 10);
    EXPECT_EQ(said()["limits"]["age"], "168h");
    EXPECT_EQ(said()["oldest"], format_rfc3339(first));
    EXPECT_EQ(said()["newest"], format_rfc3339(clock.wall()));
    EXPECT_EQ(store.record("watcher-1")->dropped, 3);
    EXPECT_EQ(store.record("watcher-1")->waiting, 8);
    EXPECT_EQ(store.record("watcher-1")->sequence, 11);
}

TEST_F(OutboxBoundsTest, lets_the_important_go_only_when_nothing_else_is_left) {
    add("file.deleted", 30);
    add("log.matched", 5);
    keep();
    EXPECT_EQ(count("log.matched"), 0);
    EXPECT_EQ(left().size(), 9u);
    EXPECT_EQ(store.outbox.front().event.id, "23");
    EXPECT_EQ(said()["by_type"], (Json{{"file.deleted", 22}, {"log.matched", 5}}));
}

TEST_F(OutboxBoundsTest, does_not_tell_of_every_event) {
    limit({.events = 1'000});
    add("file.modified", 1'001);
    keep();
    for (int i = 0; i < 8; ++i) {
        add("file.modified");
        keep();
    }
    EXPECT_EQ(count("agent.outbox_overflow"), 1);
    add("file.modified", 100);
    keep();
    EXPECT_EQ(count("agent.outbox_overflow"), 2);
    EXPECT_EQ(said()["dropped_total"], store.outbox_size().dropped);
    EXPECT_GT(said()["dropped_total"], said()["dropped"]);
}

TEST_F(OutboxBoundsTest, counts_bytes) {
    limit({.bytes = 100'000});
    add("file.modified", 3, 1'000);
    add("log.matched", 10, 10'000);
    add("system.disk_full", 1, 1'000);
    keep();
    EXPECT_LE(store.outbox_size().bytes, 100'000u);
    EXPECT_EQ(count("file.modified"), 0);
    EXPECT_EQ(count("log.matched"), 9);
    EXPECT_EQ(count("system.disk_full"), 1);
    EXPECT_EQ(said()["reason"], "bytes");
    EXPECT_EQ(said()["limits"]["bytes"], 100'000);
    limit({.bytes = 1});  // less than it takes to say so: it must come to an end
    keep();
    EXPECT_EQ(count("log.matched"), 0);
}

TEST_F(OutboxBoundsTest, lets_go_what_is_too_old) {
    add("service.failed", 3);
    keep();
    clock.advance(6 * 24h);
    add("file.modified", 2);
    EXPECT_GE(clock.mono(), bounds->next());
    keep();
    EXPECT_EQ(left().size(), 5u);
    clock.advance(25h);
    keep();
    EXPECT_EQ(left(), (std::vector<std::string>{"file.modified", "file.modified",
                                                "agent.outbox_overflow"}));
    EXPECT_EQ(said()["reason"], "age");
    EXPECT_EQ(said()["dropped"], 3);
}

TEST_F(OutboxBoundsTest, gives_an_agent_that_was_off_time_to_send_what_is_old) {
    add("file.modified", 3);
    clock.advance(8 * 24h);
    limit({});
    keep();
    clock.advance(9min);
    keep();
    EXPECT_EQ(count("file.modified"), 3);
    bounds->clock_jumped(clock.mono());
    clock.advance(9min);
    keep();
    EXPECT_EQ(count("file.modified"), 3);
    clock.advance(1min);
    keep();
    EXPECT_EQ(count("file.modified"), 0);
}

TEST_F(OutboxBoundsTest, keeps_what_is_old_without_a_limit) {
    limit({.age = 0s});
    add("file.modified", 3);
    keep();
    EXPECT_EQ(bounds->next(), MonoTime::max());
    clock.advance(365 * 24h);
    keep();
    EXPECT_EQ(left().size(), 3u);
}

TEST_F(OutboxBoundsTest, drops_nothing_that_it_cannot_tell_of) {
    add("file.modified", 20);
    store.fault = Error{Code::exhausted, "disk full", {}};
    EXPECT_FALSE(bounds->keep(clock.wall(), clock.mono(), 0));
    EXPECT_EQ(left().size(), 20u);
}

TEST_F(OutboxBoundsTest, does_not_call_lost_what_the_master_may_have) {
    add("file.modified", 20);
    keep(5);
    EXPECT_EQ(store.outbox[4].sequence, 5u);
    EXPECT_EQ(store.outbox[5].sequence, 18u);
    EXPECT_EQ(said()["dropped"], 12);

    limit({.events = 3});
    add("file.modified", 2);
    const uint64_t before = store.last;
    keep(before - 2);
    EXPECT_EQ(said()["dropped"], 2);
    keep(before - 2);
    EXPECT_EQ(store.last, before + 1);  // what is left cannot go, and to say so again is no use
    EXPECT_EQ(store.outbox_size().dropped, 14u);
}

TEST_F(OutboxBoundsTest, lets_what_is_old_go_behind_what_the_master_may_have) {
    add("file.modified", 3);
    keep();
    clock.advance(8 * 24h);
    keep(2);
    EXPECT_EQ(store.outbox_size().dropped, 1u);
    EXPECT_EQ(store.outbox[1].sequence, 2u);
    EXPECT_EQ(store.outbox[2].event.type, "agent.outbox_overflow");
    keep(2);
    EXPECT_EQ(store.outbox_size().dropped, 1u);
}

}  // namespace
}  // namespace sloth
