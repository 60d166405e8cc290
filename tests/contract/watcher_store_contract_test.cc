// What every WatcherStore must do, run over each that there is.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "storage/sqlite/watcher_store.h"
#include "tests/fakes/memory_watcher_store.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

constexpr uint64_t kMany = 1 << 30;
const WallTime kStart = from_micros(1'763'900'000'000'000);

class CountingRandom final : public Random {
 public:
    uint64_t next() override { return ++next_; }

 private:
    uint64_t next_ = 0;
};

struct Under {
    TempFolder folder;
    CountingRandom random;
    std::unique_ptr<WatcherStore> store;
};
using Make = std::function<void(Under&)>;

struct WatcherStoreContract : testing::TestWithParam<std::pair<const char*, Make>> {
    WatcherStoreContract() {
        GetParam().second(under);
        EXPECT_TRUE(store().save(watcher("watcher-1"), kStart));
    }
    WatcherStore& store() { return *under.store; }
    static WatcherSpec watcher(const std::string& id) {
        return {.id = id,
                .revision = 1,
                .type = "file",
                .conditions = {"changed"},
                .path = "/etc/hosts",
                .created_at = kStart};
    }
    static Event event(const std::string& id, const std::string& type = "file.modified",
                       Micros after = {}) {
        return {.id = id, .type = type, .data = R"({"a":1})", .timestamp = kStart + after};
    }
    void put(const Observation& observation) {
        const auto stored = store().store({&observation, 1});
        ASSERT_TRUE(stored) << stored.error().message;
    }
    WatcherRecord record(const std::string& id = "watcher-1") {
        const auto found = store().record(id);
        EXPECT_TRUE(found) << found.error().message;
        return found.value_or(WatcherRecord{});
    }
    std::vector<std::string> left() {
        std::vector<std::string> ids;
        const auto entries = store().unsent(0, 1'000, kMany);
        for (const OutboxEntry& entry : *entries) ids.push_back(entry.event.id);
        return ids;
    }
    using Ids = std::vector<std::string>;

    Under under;
};

TEST_P(WatcherStoreContract, begins_a_record_with_a_watcher) {
    const WatcherRecord fresh{
        .id = "watcher-1", .epoch = store().epoch(), .since = kStart, .until = kStart};
    EXPECT_EQ(record(), fresh);
    WatcherSpec changed = watcher("watcher-1");
    changed.revision = 2;
    ASSERT_TRUE(store().save(changed, kStart + 1h));
    EXPECT_EQ(record(), fresh);
    EXPECT_EQ(store().watchers()->front().revision, 2);
    EXPECT_EQ(store().record("watcher-2").error().code, Code::not_found);
    EXPECT_TRUE(store().erase("watcher-1"));
    EXPECT_EQ(store().erase("watcher-1").error().code, Code::not_found);
    EXPECT_EQ(store().record("watcher-1").error().code, Code::not_found);
}

TEST_P(WatcherStoreContract, counts_what_is_told_what_waits_and_what_it_takes) {
    put({"watcher-1", "{}", {event("a"), event("b")}, kStart + 2s});
    put({"", {}, {event("c", "watcher.gap")}});
    WatcherRecord now = record();
    EXPECT_EQ(now.sequence, 2);
    EXPECT_EQ(now.waiting, 2);
    EXPECT_EQ(now.until, kStart + 2s);
    const uint64_t one = outbox_bytes(event("a"));
    const uint64_t gap = outbox_bytes(event("c", "watcher.gap"));
    EXPECT_EQ(store().outbox_size(), (OutboxSize{3, 2 * one + gap, 0}));
    ASSERT_TRUE(store().acknowledge(1));
    EXPECT_EQ(store().outbox_size(), (OutboxSize{2, one + gap, 0}));
    EXPECT_EQ(record().waiting, 1);
    ASSERT_TRUE(store().acknowledge(3));
    ASSERT_TRUE(store().acknowledge(3));
    EXPECT_EQ(store().outbox_size(), OutboxSize{});
    EXPECT_EQ(record().waiting, 0);
    EXPECT_EQ(record().sequence, 2);
}

TEST_P(WatcherStoreContract, keeps_a_baseline_that_is_not_given) {
    put({"watcher-1", "{\"n\":1}", {}});
    put({"watcher-1", std::nullopt, {event("a")}});
    EXPECT_EQ(*store().baseline("watcher-1"), "{\"n\":1}");
    put({"watcher-1", "", {}});
    EXPECT_EQ(*store().baseline("watcher-1"), std::nullopt);
}

TEST_P(WatcherStoreContract, begins_anew_what_it_is_told_to_and_keeps_its_numbers) {
    put({"watcher-1", "{\"n\":1}", {event("a")}});
    WatcherSpec changed = watcher("watcher-1");
    changed.revision = 2;
    ASSERT_TRUE(store().save(changed, kStart + 1h));
    EXPECT_EQ(*store().baseline("watcher-1"), "{\"n\":1}");
    changed.revision = 3;
    ASSERT_TRUE(store().save_anew(changed, kStart + 1h));
    EXPECT_EQ(*store().baseline("watcher-1"), std::nullopt);
    EXPECT_EQ(store().watchers()->front().revision, 3);
    EXPECT_EQ(record().sequence, 1);
    EXPECT_EQ(record().since, kStart);
}

TEST_P(WatcherStoreContract, remembers_looks) {
    const std::vector<WatcherLook> looks{{"watcher-1", kStart + 5s}, {"gone", kStart}};
    ASSERT_TRUE(store().looked(looks));
    EXPECT_EQ(record().until, kStart + 5s);
    EXPECT_EQ(store().watchers()->front().last_check, kStart + 5s);
}

TEST_P(WatcherStoreContract, keeps_the_newest_hundred_doubts) {
    for (int i = 0; i < 103; ++i) {
        const WatcherDoubt doubt{kStart, kStart + Micros(i), std::to_string(i)};
        put({"watcher-1", {}, {}, {}, {doubt}});
    }
    const auto doubts = record().doubts;
    ASSERT_EQ(doubts.size(), 100u);
    EXPECT_EQ(doubts.front(), (WatcherDoubt{kStart, kStart + Micros(3), "3"}));
    EXPECT_EQ(doubts.back().reason, "102");
}

TEST_P(WatcherStoreContract, gives_as_much_as_is_asked_but_at_least_one) {
    put({"watcher-1", "{}", {event("a"), event("b"), event("c")}});
    const uint64_t one = outbox_bytes(event("a"));
    EXPECT_EQ(store().unsent(0, 2, kMany)->size(), 2u);
    EXPECT_EQ(store().unsent(0, 9, 2 * one)->size(), 2u);
    EXPECT_EQ(store().unsent(0, 9, 2 * one - 1)->size(), 1u);
    EXPECT_EQ(store().unsent(0, 9, 0)->size(), 1u);
    EXPECT_EQ(store().unsent(2, 9, kMany)->front().event.id, "c");
}

TEST_P(WatcherStoreContract, drops_what_it_is_told_and_says_so_in_one) {
    ASSERT_TRUE(store().save(watcher("watcher-2"), kStart));
    put({"watcher-1", "{}", {event("a", "file.deleted"), event("b", "file.modified", 1s)}});
    put({"watcher-2", "{}", {event("c", "service.failed"), event("d")}});
    const auto oldest = *store().heads(WatcherStore::Order::oldest, 2);
    ASSERT_EQ(oldest.size(), 2u);
    EXPECT_EQ(oldest[0].type, "file.deleted");
    EXPECT_EQ(oldest[1],
              (OutboxHead{2, "file.modified", "watcher-1", outbox_bytes(event("b")), kStart + 1s}));
    std::vector<uint64_t> order;
    const auto expendable = store().heads(WatcherStore::Order::expendable, 9);
    for (const OutboxHead& head : *expendable) order.push_back(head.sequence);
    EXPECT_EQ(order, (std::vector<uint64_t>{2, 4, 1, 3}));

    const std::vector<uint64_t> gone{2, 4, 1, 77};
    ASSERT_TRUE(store().drop(gone, event("said", "agent.outbox_overflow")));
    EXPECT_EQ(left(), (Ids{"c", "said"}));
    EXPECT_EQ(store().outbox_size().dropped, 3u);
    EXPECT_EQ(store().outbox_size().events, 2u);
    EXPECT_EQ(store().outbox_size().bytes,
              outbox_bytes(event("c", "service.failed")) +
                  outbox_bytes(event("said", "agent.outbox_overflow")));
    EXPECT_EQ(record("watcher-1").dropped, 2);
    EXPECT_EQ(record("watcher-1").waiting, 0);
    EXPECT_EQ(record("watcher-1").sequence, 2);
    EXPECT_EQ(record("watcher-2").dropped, 1);
    EXPECT_EQ(record("watcher-2").waiting, 1);
}

TEST_P(WatcherStoreContract, keeps_the_events_of_an_erased_watcher) {
    put({"watcher-1", "{}", {event("a")}, kStart, {{kStart, kStart, "why"}}});
    ASSERT_TRUE(store().erase("watcher-1"));
    EXPECT_EQ(left(), Ids{"a"});
    ASSERT_TRUE(store().save(watcher("watcher-1"), kStart));
    EXPECT_TRUE(record().doubts.empty());
    EXPECT_EQ(record().sequence, 0);
}

const std::pair<const char*, Make> kMemory{
    "memory", [](Under& under) { under.store = std::make_unique<MemoryWatcherStore>(); }};
const std::pair<const char*, Make> kSqlite{"sqlite", [](Under& under) {
                                               auto opened = SqliteWatcherStore::open(
                                                   under.folder.path("agent.db"), under.random);
                                               ASSERT_TRUE(opened) << opened.error().message;
                                               under.store = std::move(*opened);
                                           }};

INSTANTIATE_TEST_SUITE_P(Stores, WatcherStoreContract, testing::Values(kMemory, kSqlite),
                         [](const auto& info) { return std::string(info.param.first); });

}  // namespace
}  // namespace sloth
