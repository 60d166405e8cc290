#include "engine/hook_registry.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_runner.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

struct CountingRandom final : Random {
    uint64_t next() override { return ++state * 0x9e3779b97f4a7c15; }
    uint64_t state = 1;
};

struct HookRegistryTest : testing::Test {
    FakeClock clock;
    CountingRandom random;
    MemoryStore store{clock};
    FakeRunner runner;
    Log log{{.level = LogLevel::error}};
    std::shared_ptr<const HookIndex> index;
    HookRegistry registry{
        store.hooks(), runner, clock, random, log, {}, [this](auto i) { index = std::move(i); }};
    TempFolder folder;
    std::string path = (folder.path() / "notify.lua").string();

    void write(const std::string& text) {
        std::ofstream(path + ".new") << text;
        std::filesystem::rename(path + ".new", path);  // as editors do
    }
    Hook hook() { return *store.hooks().find("notify"); }
    void add() {
        write("good 1");
        ASSERT_TRUE(registry.add({.file_path = path}));
        registry.check_files();
    }
};

TEST_F(HookRegistryTest, names_a_hook_after_its_file_and_publishes_it) {
    add();
    EXPECT_EQ(hook().event_types, std::vector<std::string>{"a.b"});
    ASSERT_EQ(index->size(), 1u);
    EXPECT_EQ(index->hooks()[0]->source, "good 1");
}

TEST_F(HookRegistryTest, lets_flags_go_over_what_the_script_says) {
    write("good");
    const auto change = registry.add({.file_path = path,
                                      .name = "other",
                                      .event_types = {"x.*"},
                                      .stack = "prod",
                                      .timeout = 5s});
    ASSERT_TRUE(change);
    EXPECT_EQ(change->hook.name, "other");
    EXPECT_EQ(change->hook.event_types, std::vector<std::string>{"x.*"});
    EXPECT_EQ(change->hook.limits.timeout, Micros(5s));
}

TEST_F(HookRegistryTest, refuses_limits_that_no_run_could_live_with) {
    write("good");
    const auto why = [&](const HookRegistry::AddRequest& request) {
        const auto change = registry.add(request);
        return change ? "" : change.error().message;
    };
    EXPECT_EQ(why({.file_path = path, .timeout = 0s}),
              "add hook 'notify': its timeout must be longer than 0s");
    EXPECT_EQ(why({.file_path = path, .memory = (256 << 10) - 1}),
              "add hook 'notify': its memory must be at least 256KiB");
    EXPECT_EQ(why({.file_path = path, .output = 1023}),
              "add hook 'notify': its output must be at least 1KiB");
    EXPECT_EQ(why({.file_path = path, .timeout = 1ms, .memory = 256 << 10, .output = 1024}), "");
}

TEST_F(HookRegistryTest, refuses_a_taken_name_a_bad_script_and_one_without_a_type) {
    add();
    EXPECT_EQ(registry.add({.file_path = path}).error().code, Code::conflict);
    EXPECT_TRUE(registry.add({.file_path = path, .replace = true}));
    write("bad");
    EXPECT_EQ(registry.add({.file_path = path, .name = "b"}).error().code, Code::invalid);
    write("good");
    runner.metadata = R"({"form":"table"})";
    EXPECT_EQ(registry.add({.file_path = path, .name = "c"}).error().code, Code::invalid);
    EXPECT_EQ(registry.add({.file_path = path + "x"}).error().code, Code::not_found);
}

TEST_F(HookRegistryTest, takes_a_good_edit_as_a_new_version) {
    add();
    write("good 2");
    registry.check_files();
    EXPECT_EQ(hook().version, 2);
    EXPECT_EQ(index->hooks()[0]->source, "good 2");
}

TEST_F(HookRegistryTest, keeps_the_last_good_version_of_a_broken_edit_and_forgets_it_when_mended) {
    add();
    write("bad 2");
    registry.check_files();
    EXPECT_NE(hook().last_error.find("hook.lua:1: syntax error"), std::string::npos)
        << hook().last_error;
    EXPECT_EQ(index->hooks()[0]->source, "good 1");
    write("good 1");
    registry.check_files();
    EXPECT_EQ(hook().last_error, "");
    EXPECT_EQ(hook().version, 1);
}

TEST_F(HookRegistryTest, keeps_the_last_good_version_of_a_deleted_file) {
    add();
    std::filesystem::remove(path);
    registry.check_files();
    EXPECT_NE(hook().last_error, "");
    EXPECT_EQ(index->size(), 1u);
}

TEST_F(HookRegistryTest, an_edit_does_not_undo_what_flags_had_set) {
    write("good 1");
    ASSERT_TRUE(registry.add({.file_path = path, .event_types = {"x.y"}}));
    registry.check_files();
    write("good 2");
    registry.check_files();
    EXPECT_EQ(hook().version, 2);
    EXPECT_EQ(hook().event_types, std::vector<std::string>{"x.y"});
}

TEST_F(HookRegistryTest, a_version_that_asks_for_more_waits_for_approval) {
    write(R"({"event_type":"a.b","permissions":{"network":["a.com"]}})");
    ASSERT_TRUE(registry.add({.file_path = path}));
    registry.check_files();
    EXPECT_EQ(hook().permissions.network.names, std::vector<std::string>{"a.com"});
    EXPECT_EQ(registry.approve("notify").error().code, Code::conflict);

    const std::string wider = R"({"event_type":"a.b","permissions":{"network":["a.com","b.com"]}})";
    write(wider);
    registry.check_files();
    EXPECT_EQ(hook().version, 1);
    EXPECT_EQ(hook().permissions.network.names.size(), 1u);
    EXPECT_NE(hook().last_error.find("asks for more: network: b.com"), std::string::npos);
    registry.check_files();
    EXPECT_NE(hook().pending_hash, "");

    const auto approved = registry.approve("notify");
    ASSERT_TRUE(approved);
    EXPECT_EQ(approved->hook.version, 2);
    EXPECT_EQ(approved->hook.last_error, "");
    EXPECT_EQ(index->hooks()[0]->source, wider);
    EXPECT_EQ(index->hooks()[0]->permissions.network.names.size(), 2u);
}

TEST_F(HookRegistryTest, an_edit_that_asks_for_less_or_the_same_runs_at_once) {
    write(R"({"event_type":"a.b","permissions":{"network":["a.com"]}})");
    ASSERT_TRUE(registry.add({.file_path = path}));
    registry.check_files();
    write(R"({"event_type":"a.b","permissions":{"network":["b.com"]}})");
    registry.check_files();
    EXPECT_NE(hook().pending_hash, "");
    write(R"({"event_type":"a.b","timeout":"9s","permissions":{}})");
    registry.check_files();
    EXPECT_EQ(hook().version, 2);
    EXPECT_EQ(hook().pending_hash, "");
    EXPECT_FALSE(hook().permissions.network.any());
    write(R"({"event_type":"a.b"})");
    registry.check_files();
    EXPECT_NE(hook().last_error.find("the list of permissions is gone"), std::string::npos);
}

TEST_F(HookRegistryTest, a_script_can_only_narrow_the_profile_and_a_flag_can_choose_it) {
    write(R"({"event_type":"a.b","profile":"pure"})");
    EXPECT_EQ(registry.add({.file_path = path})->hook.profile, Profile::pure);
    registry.check_files();
    write(R"({"event_type":"a.b","profile":"standard"})");
    registry.check_files();
    EXPECT_NE(hook().last_error.find("profile: standard"), std::string::npos);
    const auto change =
        registry.add({.file_path = path, .profile = Profile::service, .replace = true});
    EXPECT_EQ(change->hook.profile, Profile::service);
}

TEST_F(HookRegistryTest, takes_no_edit_that_others_could_have_made) {
    using enum std::filesystem::perms;
    add();
    write("good 2");
    std::filesystem::permissions(path, group_write, std::filesystem::perm_options::add);
    registry.check_files();
    EXPECT_EQ(hook().version, 1);
    EXPECT_NE(hook().last_error.find("its group can write"), std::string::npos);
    EXPECT_NE(hook().last_error.find("chmod g-w"), std::string::npos);
    std::filesystem::permissions(path, group_write, std::filesystem::perm_options::remove);
    registry.check_files();
    EXPECT_EQ(hook().version, 2);

    std::filesystem::permissions(folder.path(), others_write, std::filesystem::perm_options::add);
    write("good 3");
    registry.check_files();
    EXPECT_EQ(hook().version, 2);
    EXPECT_NE(hook().last_error.find("everybody can write"), std::string::npos);
    std::filesystem::permissions(folder.path(), sticky_bit, std::filesystem::perm_options::add);
    write("good 4");
    registry.check_files();
    EXPECT_EQ(hook().version, 3);
}

}  // namespace
}  // namespace sloth
