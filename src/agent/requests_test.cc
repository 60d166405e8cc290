#include "agent/requests.h"

#include "tests/fakes/agent_bed.h"

namespace sloth {
namespace {

using testing::HasSubstr;

struct RequestsTest : AgentBed {
    RequestsTest() { connect(); }
    Result<Json> put(const Json& spec) { return ask(Kind::watcher_put, "", spec); }
};

TEST_F(RequestsTest, answers_for_its_watchers) {
    folder.make("d");
    const std::string id = watch("d/a");
    watch("d/b");
    EXPECT_EQ(ask(Kind::watcher_list)->size(), 2u);
    EXPECT_EQ((*ask(Kind::watcher_get, id))["path"], folder.path("d/a"));
    EXPECT_EQ((*ask(Kind::watcher_get, "1"))["id"], id);
    const auto missing = ask(Kind::watcher_get, "watcher-ffff");
    EXPECT_EQ(missing.error().code, Code::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr("watcher-ffff"));
    EXPECT_EQ(ask(Kind::watcher_verify, "watcher-ffff").error().code, Code::not_found);

    EXPECT_EQ((*ask(Kind::watcher_delete, id))["id"], id);
    EXPECT_FALSE(store.rows.contains(id));
    folder.write("d/a", "1");
    folder.write("d/b", "1");
    run_for(1s);
    ASSERT_EQ(store.outbox.size(), 1u);
    EXPECT_THAT(store.outbox[0].event.data, HasSubstr("d/b"));
}

TEST_F(RequestsTest, finds_by_id_by_label_and_by_a_unique_beginning) {
    Json one = spec_of("a", "watcher-abc1");
    one["label"] = "abc2";
    ASSERT_TRUE(put(one));
    ASSERT_TRUE(put(spec_of("b", "watcher-abc2")));
    ASSERT_TRUE(put(spec_of("c", "watcher-d")));
    EXPECT_EQ((*ask(Kind::watcher_get, "watcher-abc2"))["path"], folder.path("b"));
    EXPECT_EQ((*ask(Kind::watcher_get, "abc2"))["path"], folder.path("b"));  // an id goes first
    EXPECT_EQ((*ask(Kind::watcher_get, "d"))["path"], folder.path("c"));
    EXPECT_EQ(ask(Kind::watcher_get, "abc").error().code, Code::conflict);
    one["label"] = "mine";
    one["revision"] = 2;
    ASSERT_TRUE(put(one));
    EXPECT_EQ((*ask(Kind::watcher_get, "mine"))["id"], "watcher-abc1");
    EXPECT_EQ((*ask(Kind::watcher_verify, "mine"))["id"], "watcher-abc1");
    EXPECT_TRUE(ask(Kind::watcher_delete, "mine"));
}

TEST_F(RequestsTest, makes_what_it_is_told_under_the_id_that_it_is_told) {
    Json spec = spec_of("a", "watcher-1");
    spec["created_at"] = "2020-01-02T03:04:05Z";
    spec["last_error"] = "stale";
    const auto made = put(spec);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ((*made)["id"], "watcher-1");
    EXPECT_EQ((*made)["revision"], 1);
    EXPECT_EQ((*made)["created_at"], "2020-01-02T03:04:05Z");
    EXPECT_FALSE(made->contains("last_error"));
    EXPECT_EQ((*put(spec_of("b", "watcher-2")))["created_at"], format_rfc3339(clock.wall()));
}

TEST_F(RequestsTest, changes_by_revision_and_says_the_same_twice) {
    ASSERT_TRUE(put(spec_of("a", "watcher-1", 3)));
    Json changed = spec_of("a", "watcher-1", 4);
    changed["interval"] = "30s";
    const int before = store.commits;
    const auto updated = put(changed);
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_EQ((*updated)["interval"], "30s");
    EXPECT_TRUE(updated->contains("created_at"));
    EXPECT_EQ(store.rows.at("watcher-1").spec.revision, 4);
    EXPECT_GT(store.commits, before);

    const int stored = store.commits;
    changed["created_at"] = "2020-01-02T03:04:05Z";  // says nothing of what is to be watched
    changed["last_error"] = "stale";
    EXPECT_EQ((*put(changed))["interval"], "30s");  // the same is what it is already
    changed["interval"] = "40s";                    // and this was made of the same one before
    const auto other = put(changed);
    EXPECT_EQ(other.error().code, Code::conflict);
    EXPECT_THAT(other.error().message, HasSubstr("changed meanwhile"));
    EXPECT_EQ(store.rows.at("watcher-1").spec.interval, 30s);
    EXPECT_EQ(store.commits, stored);
    const auto older = put(spec_of("a", "watcher-1", 3));
    EXPECT_EQ(older.error().code, Code::conflict);
    EXPECT_THAT(older.error().message, HasSubstr("changed meanwhile"));
    changed["revision"] = 5;
    changed["interval"] = "1ms";
    EXPECT_EQ(put(changed).error().code, Code::invalid);
    EXPECT_EQ(store.rows.at("watcher-1").spec.interval, 30s);
}

TEST_F(RequestsTest, lets_no_two_watchers_have_one_label) {
    Json first = spec_of("a", "watcher-1");
    first["label"] = "hosts";
    ASSERT_TRUE(put(first));
    Json second = spec_of("b", "watcher-2");
    second["label"] = "hosts";
    const auto refused = put(second);
    EXPECT_EQ(refused.error().code, Code::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("watcher-1"));
    second["label"] = "other";
    ASSERT_TRUE(put(second));
    second["label"] = "hosts";
    second["revision"] = 2;
    EXPECT_EQ(put(second).error().code, Code::conflict);
    first["revision"] = 2;
    EXPECT_TRUE(put(first));  // its own
}

TEST_F(RequestsTest, refuses_watchers_that_make_no_sense) {
    EXPECT_EQ(
        put({{"id", "watcher-1"}, {"revision", 1}, {"type", "file"}, {"path", "/x"}}).error().code,
        Code::invalid);
    EXPECT_EQ(
        put({{"id", "watcher-1"}, {"revision", 1}, {"type", "cpu"}, {"path", "/x"}}).error().code,
        Code::invalid);
    EXPECT_EQ(put({1, 2}).error().code, Code::invalid);
    EXPECT_EQ(put(spec_of("a", "")).error().code, Code::invalid);
    EXPECT_EQ(put(spec_of("a", "watcher-")).error().code, Code::invalid);
    EXPECT_EQ(put(spec_of("a", "a")).error().code, Code::invalid);
    EXPECT_EQ(put(spec_of("a", "watcher-1", 0)).error().code, Code::invalid);
    EXPECT_TRUE(store.rows.empty());
}

TEST_F(RequestsTest, says_that_a_list_is_too_long_for_an_answer) {
    const std::string long_text(1 << 20, 'x');
    for (int i = 0; i < 33; ++i) {
        const std::string id = "watcher-" + std::to_string(i);
        store.rows[id].spec = {.id = id, .type = "file", .path = long_text, .enabled = false};
    }
    restart();
    connect();
    const auto refused = ask(Kind::watcher_list);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::exhausted);
    EXPECT_THAT(refused.error().message, HasSubstr("33 watchers"));
    EXPECT_TRUE(ask(Kind::watcher_get, "watcher-7"));
}

TEST_F(RequestsTest, changes_a_watcher_and_forgets_what_it_saw_together_or_not_at_all) {
    for (int spare = 0; spare < 3; ++spare) {
        const std::string id = watch("a" + std::to_string(spare));
        ASSERT_NE(store.rows.at(id).baseline, "");
        Json off = spec_of("a" + std::to_string(spare), id, 2);
        off["enabled"] = false;
        store.fault = Error{Code::exhausted, "disk full", {}};
        store.spare = spare;
        const bool done = put(off).has_value();
        EXPECT_EQ(done, spare > 0);
        EXPECT_EQ(store.rows.at(id).baseline.empty(), done);
        EXPECT_EQ(store.rows.at(id).spec.enabled, !done);
        EXPECT_EQ((*ask(Kind::watcher_get, id))["revision"], done ? 2 : 1);
        store.fault.reset();
    }
}

TEST_F(RequestsTest, forgets_what_happened_while_a_watcher_was_off) {
    folder.write("a", "1");
    Json spec = spec_of("a", watch("a"), 2);
    spec["enabled"] = false;
    EXPECT_TRUE(put(spec));
    folder.write("a", "changed");
    run_for(10s);
    spec["enabled"] = true;
    spec["revision"] = 3;
    EXPECT_TRUE(put(spec));
    run_for(10s);
    EXPECT_TRUE(store.outbox.empty());
    folder.write("a", "changed again");
    run_for(10ms);
    EXPECT_EQ(store.outbox.size(), 1u);
}

}  // namespace
}  // namespace sloth
