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

}  // namespace
}  // namespace sloth
