#include "domain/hook_index.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

std::shared_ptr<const RunnableHook> a_hook(std::string name,
                                           std::vector<RunnableHook::Wanted> wanted,
                                           std::string stack = "") {
    auto hook = std::make_shared<RunnableHook>();
    hook->id = "id-" + name;
    hook->name = std::move(name);
    hook->stack = std::move(stack);
    hook->wanted = std::move(wanted);
    return hook;
}

std::vector<std::string> matched(const HookIndex& index, std::string type, std::string stack = "",
                                 int64_t generation = 100) {
    Event event;
    event.type = std::move(type);
    event.stack = std::move(stack);
    event.hook_generation = generation;
    std::vector<std::shared_ptr<const RunnableHook>> hooks;
    index.match(event, hooks);
    std::vector<std::string> names;
    for (const auto& hook : hooks) names.push_back(hook->name);
    return names;
}

using Names = std::vector<std::string>;

TEST(HookIndex, matches_types_and_globs_in_name_order_each_hook_once) {
    const HookIndex index(
        1, {a_hook("c", {{"task.failed"}}), a_hook("a", {{"task.*"}, {"task.failed"}, {"*"}}),
            a_hook("b", {{"*"}}), a_hook("d", {{"file.modified"}})});
    EXPECT_EQ(index.size(), 4u);
    EXPECT_EQ(matched(index, "task.failed"), (Names{"a", "b", "c"}));
    EXPECT_EQ(matched(index, "task.started"), (Names{"a", "b"}));
    EXPECT_EQ(matched(index, "file.modified"), (Names{"a", "b", "d"}));
    EXPECT_EQ(matched(index, "custom"), (Names{"a", "b"}));
}

TEST(HookIndex, matches_hooks_that_ask_for_an_older_name_of_the_type) {
    const HookIndex index(1, {a_hook("a", {{"cpu.high_usage"}}), a_hook("b", {{"memory.*"}}),
                              a_hook("c", {{"service.status_changed"}}),
                              a_hook("d", {{"system.cpu_high"}, {"cpu.high_usage"}, {"cpu.*"}})});
    EXPECT_EQ(matched(index, "system.cpu_high"), (Names{"a", "d"}));
    EXPECT_EQ(matched(index, "cpu.high_usage"), (Names{"a", "d"}));
    EXPECT_EQ(matched(index, "system.memory_low"), (Names{"b"}));
    EXPECT_EQ(matched(index, "service.failed"), (Names{"c"}));
    EXPECT_EQ(matched(index, "service.started"), (Names{"c"}));
    EXPECT_EQ(matched(index, "system.cpu_normal"), (Names{"d"}));
    EXPECT_EQ(matched(index, "system.disk_full"), Names());
}

TEST(HookIndex, hides_events_from_an_older_name_as_from_any_other) {
    const HookIndex index(7, {a_hook("a", {{"cpu.high_usage", 5}}),
                              a_hook("b", {{"system.cpu_high", 9}, {"cpu.high_usage", 3}})});
    EXPECT_EQ(matched(index, "system.cpu_high", "", 4), (Names{"b"}));
    EXPECT_EQ(matched(index, "system.cpu_high", "", 6), (Names{"a", "b"}));
}

TEST(HookIndex, matches_nothing_when_it_is_empty) {
    EXPECT_EQ(matched(HookIndex(), "task.failed"), Names());
}

TEST(HookIndex, shows_a_hook_with_a_stack_only_that_stack) {
    const HookIndex index(1, {a_hook("all", {{"*"}}), a_hook("prod", {{"*"}}, "production")});
    EXPECT_EQ(matched(index, "a", "production"), (Names{"all", "prod"}));
    EXPECT_EQ(matched(index, "a", "staging"), (Names{"all"}));
    EXPECT_EQ(matched(index, "a", ""), (Names{"all"}));
}

TEST(HookIndex, hides_events_accepted_before_a_hook_wanted_them) {
    const HookIndex index(7, {a_hook("old", {{"a", 1}, {"b", 5}}), a_hook("glob", {{"*", 5}})});
    EXPECT_EQ(index.generation(), 7);
    EXPECT_EQ(matched(index, "a", "", 4), (Names{"old"}));
    EXPECT_EQ(matched(index, "b", "", 4), Names());
    EXPECT_EQ(matched(index, "b", "", 5), (Names{"glob", "old"}));
}

TEST(HookIndex, appends_to_what_is_there) {
    const HookIndex index(1, {a_hook("a", {{"*"}})});
    Event event;
    event.type = "x";
    std::vector<std::shared_ptr<const RunnableHook>> hooks{a_hook("z", {})};
    index.match(event, hooks);
    index.match(event, hooks);
    ASSERT_EQ(hooks.size(), 3u);
    EXPECT_EQ(hooks[0]->name, "z");
}

TEST(DeliverySuffix, names_the_hook_and_never_changes) {
    EXPECT_EQ(delivery_suffix("hook-1"), delivery_suffix("hook-1"));
    EXPECT_NE(delivery_suffix("hook-1"), delivery_suffix("hook-2"));
    EXPECT_EQ(delivery_suffix(""), ".cbf29ce484222325");
    EXPECT_EQ(delivery_suffix("a"), ".af63dc4c8601ec8c");
}

}  // namespace
}  // namespace sloth
