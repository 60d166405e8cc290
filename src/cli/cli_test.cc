// What golden sessions cannot show: what a command sends, which role it starts, and its edges.
#include "cli/cli.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/command.h"
#include "tests/fakes/cli_session.h"

namespace sloth::cli {
namespace {

TEST(Cli, roles_get_their_options_and_give_the_exit_code) {
    testing::CliSession session;
    EXPECT_EQ(session.run({"--data-dir", "/x", "up", "--listen", "127.0.0.1:0"}).exit, 0);
    EXPECT_EQ(session.role, "up /x 127.0.0.1:0");
    EXPECT_EQ(session.run({"master", "start"}).exit, 5);
    EXPECT_EQ(session.role, "master ");
    session.run({"agent", "start", "--name", "web", "--master", "127.0.0.1:1", "--tag", "a,b"});
    EXPECT_EQ(session.role, "agent web 127.0.0.1:1 2");
    session.run(
        {"bench", "--events", "10", "--hooks=2", "--rate", "3", "--payload", "4", "-o", "json"});
    EXPECT_EQ(session.role, "bench 10 2 3 4 true");
}

TEST(Cli, global_flags_stand_anywhere) {
    testing::CliSession session;
    const std::string expected = session.run({"events", "list", "-o", "name"}).out;
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(session.run({"-o", "name", "events", "list"}).out, expected);
    EXPECT_EQ(session.run({"events", "--format=name", "list"}).out, expected);
    EXPECT_EQ(session.run({"events", "list", "--data-dir", "events", "-oname"}).out, expected);
}

TEST(Cli, a_hooks_file_is_sent_as_an_absolute_path) {
    testing::CliSession session;
    std::filesystem::current_path(SLOTH_GOLDEN_DIR);
    session.run({"hook", "add", "data/../data/fresh.lua", "--timeout", "2s", "--memory", "1MiB",
                 "--disabled", "-e", "a.b", "-e", "c.*,d"});
    const v1::AddHookRequest& sent = session.admin.last_add;
    EXPECT_EQ(sent.file_path(), std::string(SLOTH_GOLDEN_DIR) + "/data/fresh.lua");
    EXPECT_EQ(sent.timeout_us(), 2'000'000);
    EXPECT_EQ(sent.memory(), 1 << 20);
    EXPECT_TRUE(sent.has_enabled() && !sent.enabled());
    EXPECT_EQ(sent.event_types_size(), 3);
    EXPECT_FALSE(sent.has_name());
    EXPECT_FALSE(sent.has_stack());
}

TEST(Cli, arguments_that_are_not_utf8_are_refused) {
    testing::CliSession session;
    const testing::Ran ran = session.run({"hook", "get", "\xff"});
    EXPECT_EQ(ran.exit, 2);
    EXPECT_NE(ran.err.find("not valid UTF-8"), std::string::npos);
}

TEST(Cli, colour_is_for_terminals_unless_it_is_asked_for) {
    testing::CliSession session;
    const auto coloured = [&](std::vector<std::string> args) {
        return session.run(args).out.find('\x1b') != std::string::npos;
    };
    EXPECT_FALSE(coloured({"events", "list"}));
    EXPECT_TRUE(coloured({"events", "list", "--color", "always"}));
    session.streams.out_is_tty = true;
    EXPECT_TRUE(coloured({"events", "list"}));
    EXPECT_FALSE(coloured({"events", "list", "--color", "never"}));
    session.streams.no_color = true;
    EXPECT_FALSE(coloured({"events", "list"}));
    EXPECT_FALSE(coloured({"events", "list", "-o", "json"}));
}

TEST(Cli, output_that_cannot_be_written_is_an_error) {
    testing::CliSession session;
    Streams streams = session.streams;
    streams.out = std::fopen("/dev/full", "w");
    streams.err = std::tmpfile();
    const std::vector<std::string> args{"events", "list"};
    EXPECT_EQ(run_cli(args, streams, session.roles), 1);
    EXPECT_GT(std::ftell(streams.err), 0);
    std::fclose(streams.out);
    std::fclose(streams.err);
}

TEST(Cli, every_command_has_a_summary_an_example_and_help) {
    testing::CliSession session;
    for (const Group& group : groups()) {
        for (const Command& command : group.commands()) {
            if (command.hidden) continue;
            const std::string name = full_name(group, command);
            EXPECT_TRUE(command.summary.ends_with('.')) << name;
            EXPECT_FALSE(command.examples.empty()) << name;
            std::vector<std::string> args;
            for (const auto word : words_of(name)) args.emplace_back(word);
            args.emplace_back("--help");
            const testing::Ran ran = session.run(args);
            EXPECT_EQ(ran.exit, 0) << name;
            EXPECT_TRUE(ran.out.starts_with(command.summary)) << ran.out;
        }
    }
}

TEST(Cli, completion_scripts_are_there_for_three_shells) {
    testing::CliSession session;
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const testing::Ran ran = session.run({"completion", shell});
        EXPECT_EQ(ran.exit, 0);
        EXPECT_NE(ran.out.find("sloth-runner __complete --"), std::string::npos);
    }
}

}  // namespace
}  // namespace sloth::cli
