#include "app/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "app/config_keys.h"

namespace sloth {
namespace {

namespace fs = std::filesystem;

class ConfigTest : public ::testing::Test {
 protected:
    ConfigTest() : root_(fs::path(::testing::TempDir()) / fmt::format("config-{}", getpid())) {
        fs::create_directories(root_ / "data");
        fs::create_directories(root_ / "etc");
        sources_.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables_.find(name);
            return found == variables_.end() ? std::nullopt : std::optional(found->second);
        };
        sources_.default_data_dir = (root_ / "data").native();
        sources_.system_dir = root_ / "etc";
    }
    ~ConfigTest() override { fs::remove_all(root_); }

    void write(const char* file, const std::string& text) { std::ofstream(root_ / file) << text; }

    cli::ConfigRow row(const std::string& key) {
        const LoadedConfig loaded = load_config(sources_).value();
        for (const auto& row : loaded.rows) {
            if (row.key == key) return row;
        }
        return {};
    }

    std::string refusal() {
        const auto loaded = load_config(sources_);
        if (loaded) return "";
        EXPECT_EQ(loaded.error().code, Code::invalid);
        return loaded.error().message;
    }

    fs::path root_;
    std::map<std::string, std::string> variables_;
    ConfigSources sources_;
};

TEST_F(ConfigTest, defaults_are_those_of_the_table_and_within_their_bounds) {
    const LoadedConfig loaded = load_config(sources_).value();
    EXPECT_EQ(loaded.config.max_in_flight, 100);
    EXPECT_EQ(loaded.config.queue_size, 1000);
    EXPECT_EQ(loaded.config.hook_timeout, 30s);
    EXPECT_EQ(loaded.config.hook_memory, 64 << 20);
    EXPECT_EQ(loaded.config.data_dir, (root_ / "data").native());
    EXPECT_EQ(loaded.rows.size(), config_keys().size());
    for (const auto& row : loaded.rows) {
        EXPECT_EQ(row.origin, "default") << row.key;
        EXPECT_FALSE(row.reason.empty()) << row.key;
        if (row.key == "data_dir") continue;
        EXPECT_EQ(row.value, row.default_value) << row.key;
    }
}

TEST_F(ConfigTest, a_flag_wins_over_the_environment_and_that_over_the_file) {
    write("data/config.yaml", "max_in_flight: 7\nqueue_size: 8\nworkers: 3\n");
    EXPECT_EQ(row("max_in_flight").value, "7");
    EXPECT_EQ(row("max_in_flight").origin, (root_ / "data/config.yaml").native() + ":1");
    variables_["SLOTH_RUNNER_QUEUE_SIZE"] = "9";
    variables_["SLOTH_RUNNER_WORKERS"] = "4";
    sources_.flags.push_back({"workers", "5", "--set"});
    EXPECT_EQ(row("queue_size").value, "9");
    EXPECT_EQ(row("queue_size").origin, "SLOTH_RUNNER_QUEUE_SIZE");
    EXPECT_EQ(row("workers").value, "5");
    EXPECT_EQ(row("workers").origin, "--set");
}

TEST_F(ConfigTest, the_data_folders_file_hides_the_systems) {
    write("etc/config.yaml", "workers: 2\nqueue_size: 5\n");
    EXPECT_EQ(row("workers").value, "2");
    write("data/config.yaml", "workers: 3\n");
    EXPECT_EQ(row("workers").value, "3");
    EXPECT_EQ(row("queue_size").value, "1000");
}

TEST_F(ConfigTest, a_named_file_must_exist_and_is_the_only_one) {
    sources_.file = (root_ / "other.yaml").native();
    const auto missing = load_config(sources_);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Code::not_found);
    write("data/config.yaml", "workers: 3\n");
    write("other.yaml", "queue_size: 4\n");
    EXPECT_EQ(row("queue_size").value, "4");
    EXPECT_EQ(row("workers").value, "0");
}

TEST_F(ConfigTest, unknown_keys_are_refused_with_the_nearest_one) {
    write("data/config.yaml", "\nmax_in_fligt: 7\n");
    EXPECT_NE(refusal().find("config.yaml:2: the key 'max_in_fligt' is unknown: did you mean "
                             "'max_in_flight'?"),
              std::string::npos)
        << refusal();
    write("data/config.yaml", "");
    sources_.flags = {{"worker", "1", "--set"}};
    EXPECT_EQ(refusal(), "--set: the key 'worker' is unknown: did you mean 'workers'?");
}

TEST_F(ConfigTest, wrong_values_are_named_with_their_place_and_what_is_taken) {
    write("data/config.yaml", "max_in_flight: many\n");
    EXPECT_TRUE(refusal().ends_with(
        "config.yaml:1: max_in_flight takes a whole number from 1 to 1000000, not 'many'"));
    write("data/config.yaml", "hook_timeout: 30\n");
    EXPECT_TRUE(
        refusal().ends_with("hook_timeout takes a duration from 1ms on, like 30s, not '30'"));
    write("data/config.yaml", "hook_memory: 1KiB\n");
    EXPECT_TRUE(
        refusal().ends_with("hook_memory takes a size from 256KiB on, like 64MiB, not '1KiB'"));
    write("data/config.yaml", "log_level: loud\n");
    EXPECT_TRUE(refusal().ends_with("log_level takes one of debug|info|warn|error, not 'loud'"));
    write("data/config.yaml", "workers: [1]\n");
    EXPECT_TRUE(refusal().ends_with("workers takes one value, not a list or a map"));
    write("data/config.yaml", "workers: 1\nworkers: 2\n");
    EXPECT_TRUE(refusal().ends_with("workers is set twice"));
    write("data/config.yaml", "data_dir: /tmp\n");
    EXPECT_TRUE(refusal().ends_with("data_dir cannot be set in the configuration file"));
    write("data/config.yaml", "agent_heartbeat: 20s\n");
    EXPECT_EQ(refusal(), "agent_lost_after (15s) must be longer than agent_heartbeat (20s)");
}

TEST_F(ConfigTest, text_that_is_no_map_is_refused) {
    write("data/config.yaml", "a: [\n");
    EXPECT_NE(refusal().find("not valid YAML"), std::string::npos);
    write("data/config.yaml", "- a\n- b\n");
    EXPECT_NE(refusal().find("not a list of KEY: VALUE"), std::string::npos);
    write("data/config.yaml", "# nothing\n");
    EXPECT_EQ(refusal(), "");
    write("data/config.yaml", std::string(100'000, '['));
    EXPECT_NE(refusal(), "");
}

TEST_F(ConfigTest, the_data_folder_comes_from_flags_or_the_environment) {
    variables_["SLOTH_RUNNER_DATA_DIR"] = (root_ / "env/").native();
    EXPECT_EQ(row("data_dir").value, (root_ / "env").native());
    sources_.flags = {{"data_dir", "relative/x", "--data-dir"}};
    EXPECT_EQ(row("data_dir").value, (fs::current_path() / "relative/x").native());
}

}  // namespace
}  // namespace sloth
