// What every HookStore must do: names, versions, generations.
#pragma once

#include "tests/contract/contract.h"

namespace sloth {

using HookStoreContract = StoreContract;

inline int64_t since(const HookIndex& index, const std::string& name, const std::string& type) {
    for (const auto& hook : index.hooks()) {
        for (const auto& wanted : hook->wanted) {
            if (hook->name == name && wanted.event_type == type) return wanted.since;
        }
    }
    return -1;
}

TEST_P(HookStoreContract, gives_back_what_was_added) {
    Hook hook = a_hook("notify", {"task.failed", "agent.*", "custom.x"});
    hook.description = "tells";
    hook.stack = "prod";
    hook.enabled = false;
    hook.limits = {5s, 1 << 20, 1000, 7, 3};
    hook.profile = Profile::standard;
    hook.permissions.listed = true;
    hook.permissions.network.names = {"a.example.com"};
    hook.permissions.exec.all = true;
    hook.last_error = "gone";
    EXPECT_EQ(store->hooks().add(hook, "return {}"), hook);
    EXPECT_EQ(store->hooks().find("notify"), hook);
    const auto versions = store->hooks().versions(hook.id);
    ASSERT_EQ(versions->size(), 1u);
    EXPECT_EQ(versions->front().source, "return {}");
    EXPECT_EQ(versions->front().content_hash, hook.content_hash);
}

TEST_P(HookStoreContract, holds_a_version_beside_the_one_that_runs) {
    Hook hook = *store->hooks().add(a_hook("notify"), "return 1");
    EXPECT_EQ(store->hooks().held_source(hook.id).error().code, Code::not_found);
    ASSERT_TRUE(store->hooks().hold({hook.id, "h2", "return 2", "asks for more"}, clock.wall()));
    ASSERT_TRUE(store->hooks().hold({hook.id, "h3", "return 3", "asks for much"}, clock.wall()));
    const auto held = store->hooks().find("notify");
    EXPECT_EQ(held->pending_hash, "h3");
    EXPECT_EQ(held->last_error, "asks for much");
    EXPECT_EQ(held->version, 1);
    EXPECT_EQ(store->hooks().held_source(hook.id), "return 3");
    EXPECT_EQ(store->hooks().load_index().value()->hooks().front()->source, "return 1");
    ASSERT_TRUE(store->hooks().forget_held(hook.id));
    EXPECT_EQ(store->hooks().find("notify")->pending_hash, "");
    ASSERT_TRUE(store->hooks().hold({hook.id, "h4", "return 4", "again"}, clock.wall()));
    hook.content_hash = "h4";
    EXPECT_EQ(store->hooks().update(hook, "return 4")->pending_hash, "");
    EXPECT_EQ(store->hooks().held_source(hook.id).error().code, Code::not_found);
}

TEST_P(HookStoreContract, keeps_names_unique_among_the_living) {
    const auto first = store->hooks().add(a_hook("notify"), "");
    Hook second = a_hook("notify");
    second.id = "0194-other";
    EXPECT_EQ(store->hooks().add(second, "").error().code, Code::conflict);
    ASSERT_TRUE(store->hooks().remove(first->id, clock.wall()));
    EXPECT_TRUE(store->hooks().add(second, "").has_value());
    EXPECT_EQ(store->hooks().find("notify")->id, second.id);
    ASSERT_TRUE(store->hooks().remove(second.id, clock.wall() + 1s));
    EXPECT_EQ(store->hooks().find("notify").error().code, Code::not_found);
    EXPECT_EQ(store->hooks().find("notify", true)->id, second.id);
    EXPECT_THAT(*store->hooks().list(), testing::IsEmpty());
}

TEST_P(HookStoreContract, finds_by_name_id_and_unique_prefix) {
    Hook one = a_hook("one");
    Hook two = a_hook("two");
    one.id = "0193aa";
    two.id = "0193ab";
    ASSERT_TRUE(store->hooks().add(one, "") && store->hooks().add(two, ""));
    EXPECT_EQ(store->hooks().find("0193aa")->name, "one");
    EXPECT_EQ(store->hooks().find("0193ab")->name, "two");
    EXPECT_EQ(store->hooks().find("0193").error().code, Code::conflict);
    EXPECT_EQ(store->hooks().find("nothing").error().code, Code::not_found);
    EXPECT_EQ(store->hooks().find("").error().code, Code::not_found);
}

TEST_P(HookStoreContract, makes_a_version_of_each_new_source) {
    Hook hook = *store->hooks().add(a_hook("notify"), "v1");
    hook.description = "changed";
    EXPECT_EQ(store->hooks().update(hook, "v1")->version, 1);
    hook.content_hash = "another";
    hook.updated_at = clock.wall() + 1s;
    const auto second = store->hooks().update(hook, "v2");
    EXPECT_EQ(second->version, 2);
    EXPECT_EQ(second->description, "changed");
    const auto versions = store->hooks().versions(hook.id);
    ASSERT_EQ(versions->size(), 2u);
    EXPECT_EQ(versions->at(0).source, "v1");
    EXPECT_EQ(versions->at(1).source, "v2");
    const auto index = store->hooks().load_index();
    ASSERT_EQ((*index)->size(), 1u);
    EXPECT_EQ((*index)->hooks()[0]->source, "v2");
    EXPECT_EQ((*index)->hooks()[0]->version, 2);
}

TEST_P(HookStoreContract, raises_the_generation_with_every_change_of_who_wants_what) {
    const auto generation = [&] { return (*store->hooks().load_index())->generation(); };
    EXPECT_EQ(generation(), 0);
    Hook hook = *store->hooks().add(a_hook("notify"), "v1");
    EXPECT_EQ(generation(), 1);
    hook.description = "another";
    ASSERT_TRUE(store->hooks().update(hook, "v1"));
    ASSERT_TRUE(store->hooks().set_last_error(hook.id, "gone", clock.wall()));
    EXPECT_EQ(generation(), 1);
    hook.content_hash = "v2";
    ASSERT_TRUE(store->hooks().update(hook, "v2"));
    EXPECT_EQ(generation(), 2);
    ASSERT_TRUE(store->hooks().set_enabled(hook.id, false, clock.wall()));
    ASSERT_TRUE(store->hooks().set_enabled(hook.id, false, clock.wall()));
    EXPECT_EQ(generation(), 3);
    ASSERT_TRUE(store->hooks().remove(hook.id, clock.wall()));
    EXPECT_EQ(generation(), 4);
}

TEST_P(HookStoreContract, remembers_since_when_a_type_is_wanted) {
    Hook hook = *store->hooks().add(a_hook("notify", {"a.b", "c.d"}), "v1");
    hook.event_types = {"c.d", "e.f"};
    ASSERT_TRUE(store->hooks().update(hook, "v1"));
    auto index = *store->hooks().load_index();
    EXPECT_EQ(since(*index, "notify", "c.d"), 1);
    EXPECT_EQ(since(*index, "notify", "e.f"), 2);
    EXPECT_EQ(since(*index, "notify", "a.b"), -1);
    EXPECT_EQ(store->hooks().find("notify")->event_types, hook.event_types);
    // What was off did not want what came meanwhile.
    ASSERT_TRUE(store->hooks().set_enabled(hook.id, false, clock.wall()));
    EXPECT_EQ((*store->hooks().load_index())->size(), 0u);
    ASSERT_TRUE(store->hooks().set_enabled(hook.id, true, clock.wall()));
    index = *store->hooks().load_index();
    EXPECT_EQ(since(*index, "notify", "c.d"), 4);
}

TEST_P(HookStoreContract, wants_anew_what_another_stack_brings) {
    Hook hook = a_hook("notify");
    hook.stack = "prod";
    hook = *store->hooks().add(hook, "v1");
    hook.stack = "";
    ASSERT_TRUE(store->hooks().update(hook, "v1"));
    EXPECT_EQ(since(**store->hooks().load_index(), "notify", "task.failed"), 2);
}

TEST_P(HookStoreContract, lists_by_name_and_stack) {
    Hook b = a_hook("b");
    b.stack = "prod";
    ASSERT_TRUE(store->hooks().add(b, "") && store->hooks().add(a_hook("a"), ""));
    const auto all = store->hooks().list();
    ASSERT_EQ(all->size(), 2u);
    EXPECT_EQ(all->front().name, "a");
    const auto prod = store->hooks().list("prod");
    ASSERT_EQ(prod->size(), 1u);
    EXPECT_EQ(prod->front().name, "b");
}

TEST_P(HookStoreContract, gives_each_version_of_a_hook_a_key_of_its_own) {
    Hook one = *store->hooks().add(a_hook("one"), "v1");
    ASSERT_TRUE(store->hooks().add(a_hook("two"), "v1"));
    const auto before = *store->hooks().load_index();
    EXPECT_NE(before->hooks()[0]->key, before->hooks()[1]->key);
    const auto same = *store->hooks().load_index();
    EXPECT_EQ(before->hooks()[0]->key, same->hooks()[0]->key);
    one.content_hash = "v2";
    ASSERT_TRUE(store->hooks().update(one, "v2"));
    const auto after = *store->hooks().load_index();
    EXPECT_NE(before->hooks()[0]->key, after->hooks()[0]->key);
    EXPECT_EQ(before->hooks()[1]->key, after->hooks()[1]->key);
}

TEST_P(HookStoreContract, refuses_to_change_what_is_not_there) {
    const WallTime now = clock.wall();
    EXPECT_EQ(store->hooks().update(a_hook("x"), "").error().code, Code::not_found);
    EXPECT_EQ(store->hooks().set_enabled("x", true, now).error().code, Code::not_found);
    EXPECT_EQ(store->hooks().set_last_error("x", "", now).error().code, Code::not_found);
    EXPECT_EQ(store->hooks().remove("x", now).error().code, Code::not_found);
}

}  // namespace sloth
