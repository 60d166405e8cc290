#include "server/watcher_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/json.h"
#include "server/watcher_answer.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/memory_agent_watchers.h"

namespace sloth {
namespace {

using testing::HasSubstr;
using Kind = UplinkRequest::Kind;
using Pending = AgentWatcher::Pending;

class SeededRandom final : public Random {
 public:
    uint64_t next() override { return next_ += 0x9e3779b97f4a7c15; }

 private:
    uint64_t next_ = 1;
};

class OneAgent final : public AgentStore {
 public:
    Result<bool> upsert(const Agent&) override { return false; }
    Result<void> set_status(std::string_view, AgentStatus, WallTime) override { return {}; }
    Result<Agent> get(std::string_view name) override {
        if (name != "web-01") return fail(Code::not_found, "no agent '{}'", name);
        return Agent{.name = "web-01"};
    }
    Result<std::vector<Agent>> list() override { return std::vector<Agent>(); }
    Result<void> erase(std::string_view) override { return {}; }
};

// An agent that does what the contract of its requests says, without watching anything.
struct FakeAgent {
    std::map<std::string, WatcherSpec> watchers;
    bool connected = true;
    std::string refuses;  // this path
    bool silent = false;
    bool unique_labels = false;
    int puts = 0;
    int asked = 0;

    Result<std::string> ask(std::string_view agent, Kind kind, std::string_view id,
                            std::string_view spec) {
        ++asked;
        if (silent) return fail(Code::timed_out, "no answer within 10s");
        if (!connected || agent != "web-01") {
            return fail(Code::unreachable, "the agent '{}' is not connected", agent);
        }
        if (kind == Kind::watcher_list) {
            Json all = Json::array();
            for (const auto& [_, known] : watchers) all.push_back(*parse_json(to_json(known)));
            return dump_json(all);
        }
        if (kind == Kind::watcher_put) return put(*parse_watcher_spec(spec));
        const auto found = watchers.find(std::string(id));
        if (found == watchers.end()) return fail(Code::not_found, "no watcher '{}'", id);
        const std::string answer = to_json(found->second);
        if (kind == Kind::watcher_delete) watchers.erase(found);
        return answer;
    }
    Result<std::string> put(WatcherSpec spec) {
        ++puts;
        if (!refuses.empty() && spec.path == refuses)
            return fail(Code::invalid, "'{}' is no folder", spec.path);
        for (const auto& [id, known] : watchers) {
            if (unique_labels && id != spec.id && !spec.label.empty() && known.label == spec.label)
                return fail(Code::conflict, "{} has that label", id);
        }
        watchers[spec.id] = spec;
        return to_json(spec);
    }
};

constexpr std::string_view kHosts =
    R"({"type":"file","path":"/etc/hosts","conditions":["modified"]})";

struct WatcherDeskTest : testing::Test {
    void reconnect() {
        agent.connected = true;
        desk.connected("web-01");
        while (desk.step()) {
        }
    }
    Json create(std::string_view spec = kHosts) {
        const auto made = desk.create("web-01", spec);
        EXPECT_TRUE(made) << made.error().message;
        return made ? *parse_json(*made) : Json();
    }
    std::vector<AgentWatcher> rows() { return *store.list("web-01"); }
    Json listed() { return *parse_json(*desk.list("web-01")); }
    std::string hook_puts(const std::string& spec) {
        std::string answer;
        desk.put("web-01", spec, [&](Result<std::string> id) {
            answer = id ? *id : "error: " + id.error().message;
        });
        while (desk.step()) {
        }
        return answer;
    }

    OneAgent agents;
    MemoryAgentWatchers store;
    FakeAgent agent;
    FakeClock clock;
    SeededRandom random;
    Log log{{.level = LogLevel::error}};
    WatcherDesk desk{
        {.ask = [this](std::string_view name, Kind kind, std::string_view id,
                       std::string_view spec) { return agent.ask(name, kind, id, spec); },
         .agents = agents,
         .store = store,
         .clock = clock,
         .random = random,
         .log = log}};
};

TEST_F(WatcherDeskTest, creates_on_the_agent_and_remembers_it) {
    const Json made = create();
    EXPECT_EQ(made["state"], "active");
    EXPECT_EQ(made["revision"], 1);
    ASSERT_EQ(rows().size(), 1u);
    EXPECT_EQ(rows()[0].spec, agent.watchers.at(made["id"]));
    EXPECT_EQ(rows()[0].pending, Pending::none);
}

TEST_F(WatcherDeskTest, keeps_nothing_that_the_agent_refuses) {
    agent.refuses = "/etc/hosts";
    EXPECT_EQ(desk.create("web-01", kHosts).error().code, Code::invalid);
    EXPECT_TRUE(rows().empty());
    EXPECT_EQ(desk.create("web-02", kHosts).error().code, Code::not_found);
    EXPECT_EQ(desk.create("web-01", R"({"type":"file"})").error().code, Code::invalid);
}

TEST_F(WatcherDeskTest, brings_what_was_created_while_the_agent_was_away) {
    agent.connected = false;
    const Json made = create();
    EXPECT_EQ(made["state"], "pending");
    EXPECT_EQ(listed()[0]["state"], "pending");
    reconnect();
    EXPECT_TRUE(agent.watchers.contains(made["id"]));
    EXPECT_EQ(rows()[0].pending, Pending::none);
    EXPECT_EQ(listed()[0]["state"], "active");
}

TEST_F(WatcherDeskTest, deletes_what_was_deleted_while_the_agent_was_away) {
    const std::string id = create()["id"];
    agent.connected = false;
    EXPECT_EQ(parse_json(*desk.erase("web-01", id))->at("state"), "deleting");
    EXPECT_EQ(listed()[0]["state"], "deleting");
    EXPECT_EQ(desk.get("web-01", id).error().code, Code::not_found);
    reconnect();
    EXPECT_TRUE(agent.watchers.empty());
    EXPECT_TRUE(rows().empty());
}

TEST_F(WatcherDeskTest, brings_changes_made_while_the_agent_was_away) {
    const std::string id = create()["id"];
    agent.connected = false;
    ASSERT_TRUE(desk.update("web-01", id, R"({"interval":"1m"})"));
    ASSERT_TRUE(desk.update("web-01", id, R"({"stack":"shop"})"));
    reconnect();
    EXPECT_EQ(agent.watchers.at(id).interval, 60s);
    EXPECT_EQ(agent.watchers.at(id).stack, "shop");
    EXPECT_EQ(agent.watchers.at(id).revision, 3);
    EXPECT_EQ(rows()[0].pending, Pending::none);
}

TEST_F(WatcherDeskTest, makes_again_what_an_agent_without_its_file_has_lost) {
    const std::string id = create()["id"];
    agent.watchers.clear();
    reconnect();
    EXPECT_TRUE(agent.watchers.contains(id));
}

TEST_F(WatcherDeskTest, takes_over_what_only_the_agent_knows) {
    const std::string id = create()["id"];
    agent.watchers.at(id).revision = 5;  // the master's file is an older copy
    agent.watchers.at(id).stack = "shop";
    agent.watchers["watcher-other"] = {.id = "watcher-other", .revision = 1, .type = "memory"};
    reconnect();
    ASSERT_EQ(rows().size(), 2u);
    for (const AgentWatcher& row : rows()) {
        if (row.spec.id != id) continue;
        EXPECT_EQ(row.spec.stack, "shop");
    }
    EXPECT_EQ(agent.watchers.at(id).stack, "shop");
}

TEST_F(WatcherDeskTest, says_why_an_agent_did_not_take_what_it_was_brought) {
    agent.connected = false;
    create();
    agent.refuses = "/etc/hosts";
    reconnect();
    EXPECT_EQ(listed()[0]["state"], "error");
    EXPECT_THAT(listed()[0]["last_error"].get<std::string>(), HasSubstr("is no folder"));
    agent.refuses.clear();
    reconnect();
    EXPECT_EQ(listed()[0]["state"], "active");
}

TEST_F(WatcherDeskTest, changes_only_what_is_new_for_the_agent) {
    create();
    const int before = agent.puts;
    reconnect();
    EXPECT_EQ(agent.puts, before);
}

TEST_F(WatcherDeskTest, gives_a_label_once) {
    const std::string labelled = R"({"type":"memory","conditions":["above"],"threshold":90,)"
                                 R"("label":"memory"})";
    create(labelled);
    const auto again = desk.create("web-01", labelled);
    EXPECT_EQ(again.error().code, Code::conflict);
    EXPECT_THAT(again.error().message, HasSubstr("has a watcher 'memory' already"));
}

TEST_F(WatcherDeskTest, makes_one_watcher_of_a_hook_that_asks_twice) {
    const std::string id = hook_puts(std::string(kHosts));
    EXPECT_THAT(id, HasSubstr("watcher-"));
    EXPECT_EQ(hook_puts(std::string(kHosts)), id);
    EXPECT_EQ(agent.puts, 1);
    EXPECT_EQ(hook_puts(R"({"type":"file","path":"/etc/hosts","conditions":["deleted"]})"), id);
    EXPECT_EQ(agent.watchers.at(id).conditions, std::vector<std::string>{"deleted"});
    EXPECT_EQ(agent.watchers.size(), 1u);
    EXPECT_THAT(hook_puts(R"({"type":"file"})"), HasSubstr("error: "));
}

TEST_F(WatcherDeskTest, keeps_every_change_made_before_the_agent_is_compared) {
    const std::string id = create()["id"];
    agent.connected = false;
    ASSERT_TRUE(desk.update("web-01", id, R"({"interval":"1m"})"));
    agent.connected = true;  // and nobody has compared them yet
    ASSERT_TRUE(desk.update("web-01", id, R"({"stack":"shop"})"));
    reconnect();
    EXPECT_EQ(agent.watchers.at(id).interval, 60s);
    EXPECT_EQ(agent.watchers.at(id).stack, "shop");
    agent.connected = false;
    ASSERT_TRUE(desk.erase("web-01", id));
    agent.connected = true;
    EXPECT_EQ(desk.update("web-01", id, R"({"stack":"x"})").error().code, Code::not_found);
    reconnect();
    EXPECT_TRUE(agent.watchers.empty());
}

TEST_F(WatcherDeskTest, brings_what_was_asked_of_an_agent_that_did_not_answer) {
    agent.silent = true;
    const Json made = create();
    EXPECT_EQ(made["state"], "pending");
    EXPECT_EQ(agent.asked, 1);
    EXPECT_EQ(listed()[0]["state"], "pending");  // nobody waits for it again so soon
    EXPECT_EQ(agent.asked, 1);
    agent.silent = false;
    clock.advance(31s);
    while (desk.step()) {
    }
    EXPECT_EQ(listed()[0]["state"], "active");
    EXPECT_EQ(agent.watchers.size(), 1u);
}

TEST_F(WatcherDeskTest, brings_its_own_change_where_the_agent_has_another_of_that_revision) {
    const std::string id = create()["id"];
    agent.watchers.at(id).revision = 2;  // a change whose answer never came
    agent.watchers.at(id).stack = "lost";
    agent.connected = false;
    ASSERT_TRUE(desk.update("web-01", id, R"({"stack":"shop"})"));
    reconnect();
    EXPECT_EQ(agent.watchers.at(id).stack, "shop");
    EXPECT_EQ(agent.watchers.at(id).revision, 3);
}

TEST_F(WatcherDeskTest, deletes_before_it_makes_so_that_labels_are_free) {
    const std::string first = create()["id"];
    const std::string second = create(R"({"type":"cpu","conditions":["above"],"threshold":90,)"
                                      R"("label":"y"})")["id"];
    agent.unique_labels = true;
    agent.connected = false;
    ASSERT_TRUE(desk.erase("web-01", second));
    ASSERT_TRUE(desk.update("web-01", first, R"({"label":"y"})"));
    reconnect();
    EXPECT_EQ(listed().size(), 1u);
    EXPECT_EQ(listed()[0]["state"], "active");
}

TEST_F(WatcherDeskTest, asks_again_for_a_hook_what_was_refused) {
    agent.connected = false;
    hook_puts(std::string(kHosts));
    agent.refuses = "/etc/hosts";
    reconnect();
    EXPECT_THAT(hook_puts(std::string(kHosts)), HasSubstr("is no folder"));
}

TEST_F(WatcherDeskTest, does_not_take_over_what_has_no_right_id) {
    agent.watchers["x"] = {.id = "x", .revision = 1, .type = "memory"};
    reconnect();
    EXPECT_TRUE(rows().empty());
    ASSERT_TRUE(store.put({"web-01", {.id = "x", .type = "memory"}, Pending::none, ""}));
    agent.connected = false;
    EXPECT_EQ(desk.get("web-01", "y").error().code, Code::not_found);
}

TEST_F(WatcherDeskTest, compares_what_was_told_with_what_is_stored) {
    WatcherRecord record{.id = "watcher-1", .epoch = "e", .sequence = 10};
    const auto complete = [&](const StoredSequences& stored) {
        return parse_json(verdict(record, stored))->at("complete").get<bool>();
    };
    EXPECT_TRUE(complete({.first = 1, .last = 10, .count = 10}));
    EXPECT_FALSE(complete({.first = 1, .last = 9, .count = 9}));
    EXPECT_FALSE(complete({.first = 1, .last = 10, .count = 9, .missing = {{4, 4}}}));
    EXPECT_FALSE(complete({.first = 3, .last = 10, .count = 8}));
    EXPECT_FALSE(complete({}));
    record.waiting = 1;
    EXPECT_TRUE(complete({.first = 1, .last = 9, .count = 9}));
    record.error = "there is no such user";
    EXPECT_FALSE(complete({.first = 1, .last = 9, .count = 9}));
    record.error.clear();
    record.doubts.push_back({});
    EXPECT_FALSE(complete({.first = 1, .last = 9, .count = 9}));
}

}  // namespace
}  // namespace sloth
