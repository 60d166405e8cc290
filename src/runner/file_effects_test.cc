// The file effects through the whole runner: real files, a fake worker.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>

#include "base/byte_text.h"
#include "base/json.h"
#include "files/archive_maker.h"
#include "files/test_folder.h"
#include "tests/fakes/fake_workers.h"
#include "tests/fakes/runner_harness.h"

namespace sloth {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class FileEffectsTest : public files::FolderTest {
 protected:
    template <class... Values>
    static std::string step(EffectKind kind, const Values&... values) {
        const Json args = Json::array({Json(values)...});
        return fmt::format("effect {} {}\n", static_cast<int>(kind), dump_json(args));
    }
    std::string run(const std::string& steps) {
        return harness_.final(harness_.start(steps)).output;
    }
    std::string append(const std::string& name, const std::string& text) const {
        return step(EffectKind::file_append, at(name), text);
    }
    std::string read(const std::string& name) const {
        return step(EffectKind::file_read, at(name));
    }
    std::string add_line(const std::string& name, const std::string& line) const {
        return step(EffectKind::file_line, at(name), line, nullptr, "present", true, nullptr,
                    nullptr);
    }

    FakeWorkers workers_;
    RunnerHarness harness_{workers_, RunnerHarness::options(2)};
};

TEST_F(FileEffectsTest, carries_any_bytes_both_ways) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    const std::string text = to_byte_text(bytes);
    EXPECT_EQ(run(step(EffectKind::file_write, at("a"), text, nullptr) + read("a")),
              "[true]" + dump_json(Json::array({text})));
    EXPECT_EQ(this->text("a"), bytes);
    const std::string name = to_byte_text(at("n\xFF"));
    EXPECT_EQ(
        run(step(EffectKind::file_write, name, "x", 0600) + step(EffectKind::file_ls, folder)),
        "[true]" + dump_json(Json::array({Json::array({"a", to_byte_text("n\xFF")})})));
    EXPECT_EQ(mode("n\xFF"), 0600u);
}

TEST_F(FileEffectsTest, answers_what_the_world_refuses_in_each_functions_way) {
    const std::string none = at("none/x");
    const std::string reason = "'" + none + "': no such file or directory\"]";
    EXPECT_EQ(run(step(EffectKind::file_read, none)), "[null,\"read " + reason);
    EXPECT_EQ(run(step(EffectKind::file_write, none, "x", nullptr)), "[false,\"write " + reason);
    EXPECT_EQ(run(step(EffectKind::file_size, none)), "[0,\"look at " + reason);
    EXPECT_EQ(run(step(EffectKind::file_exists, none)), "[false]");
    EXPECT_EQ(run(step(EffectKind::file_ls, none)), "[null,\"list " + reason);
    EXPECT_EQ(run(step(EffectKind::file_rm, none)), "[false,\"remove " + reason);
    EXPECT_EQ(run(step(EffectKind::file_rmr, none)), "[true]");
    EXPECT_EQ(run(step(EffectKind::file_replace, none, "a", "b")), "[null,\"edit " + reason);
}

TEST_F(FileEffectsTest, raises_for_arguments_that_no_worker_sends) {
    for (const char* args : {"[]", "[1]", "[null]", "{}"}) {
        EXPECT_THAT(run(fmt::format("effect 31 {}", args)),
                    HasSubstr("raised file.write: arguments that cannot be read"))
            << args;
    }
    EXPECT_THAT(run(step(EffectKind::file_write, at("a"), "x", 07777)),
                HasSubstr("raised file.write: "));
    EXPECT_FALSE(there("a"));
}

TEST_F(FileEffectsTest, does_what_the_module_file_offers) {
    EXPECT_EQ(
        run(step(EffectKind::file_mkdir, at("d/e")) + append("d/e/a", "12345") +
            step(EffectKind::file_size, at("d/e/a")) +
            step(EffectKind::file_copy, at("d/e/a"), at("b")) +
            step(EffectKind::file_move, at("b"), at("c")) + step(EffectKind::file_exists, at("c")) +
            step(EffectKind::file_glob, at("?")) + step(EffectKind::file_rmr, at("d"))),
        "[true][true][5][true][true][true]" +
            dump_json(Json::array({Json::array({at("c"), at("d")})})) + "[true]");
    EXPECT_FALSE(there("d"));
    const Json made = *parse_json(run(step(EffectKind::file_tmpname)));
    const auto path = made.at(0).get<std::string>();
    EXPECT_TRUE(std::filesystem::remove(path)) << path;
}

TEST_F(FileEffectsTest, brings_files_into_a_state_and_tells_what_changed) {
    const auto changed = [this](const std::string& steps) {
        const std::string answer = run(steps);
        const auto values = parse_json(answer);
        if (!values || values->size() != 2 || !values->at(0).is_boolean()) return answer;
        return std::string(values->at(1).at("changed").get<bool>() ? "changed" : "same");
    };
    for (const char* expected : {"changed", "same"}) {
        EXPECT_EQ(changed(add_line("lines", "a")), expected);
        EXPECT_EQ(changed(step(EffectKind::file_line, at("lines"), "b=2", "^b=", "present", true,
                               nullptr, "BOF")),
                  expected);
        EXPECT_EQ(changed(step(EffectKind::file_line, at("lines"), "c", nullptr, "present", true,
                               "^b=", nullptr)),
                  expected);
        EXPECT_EQ(
            changed(step(EffectKind::file_block, at("block"), "x", "<", ">", "present", true)),
            expected);
        EXPECT_EQ(changed(step(EffectKind::file_put, at("deep/put"), "text", nullptr)), expected);
        EXPECT_EQ(changed(step(EffectKind::file_place, at("block"), at("deep/copy"), 0640)),
                  expected);
    }
    EXPECT_EQ(text("lines"), "b=2\nc\na\n");
    EXPECT_EQ(text("block") + text("deep/put"), "<\nx\n>\ntext");
    EXPECT_EQ(mode("deep/copy"), 0640u);
    for (const char* expected : {"changed", "same"}) {
        EXPECT_EQ(changed(step(EffectKind::file_line, at("lines"), nullptr, "^[ab]", "absent", true,
                               nullptr, nullptr)),
                  expected);
        EXPECT_EQ(changed(step(EffectKind::file_block, at("block"), "", "<", ">", "absent", true)),
                  expected);
        EXPECT_EQ(changed(step(EffectKind::file_replace, at("deep/put"), "^t(.)", "$1T")),
                  expected);
    }
    EXPECT_EQ(text("lines") + text("block") + text("deep/put"), "c\neTxt");
    EXPECT_EQ(changed(step(EffectKind::file_line, at("no/file"), "x", nullptr, "absent", true,
                           nullptr, nullptr)),
              "same");
    EXPECT_FALSE(there("no"));
    EXPECT_THAT(run(step(EffectKind::file_replace, at("lines"), "(", "")),
                HasSubstr("[null,\"the pattern is wrong"));
}

TEST_F(FileEffectsTest, tells_what_a_file_is) {
    put("a", "hello");
    const Json facts = (*parse_json(run(step(EffectKind::file_stat, at("a"), true)))).at(0);
    EXPECT_EQ(facts.at("size"), 5);
    EXPECT_EQ(facts.at("checksum"),
              "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    EXPECT_EQ(run(step(EffectKind::file_stat, at("none"), true)),
              dump_json(Json::array(
                  {Json{{"changed", false}, {"exists", false}, {"path", at("none")}}})));
}

TEST_F(FileEffectsTest, unpacks_an_archive) {
    files::ArchiveMaker(at("a.zip"), files::ArchiveMaker::Format::zip).file("x/y", "12345");
    EXPECT_EQ(run(step(EffectKind::file_unarchive, at("a.zip"), at("out"))),
              dump_json(Json::array({true, Json{{"changed", true},
                                                {"src", at("a.zip")},
                                                {"dest", at("out")},
                                                {"files", 1},
                                                {"bytes", 5}}})));
    EXPECT_EQ(text("out/x/y"), "12345");
}

TEST_F(FileEffectsTest, writes_nothing_twice_when_a_worker_dies) {
    EXPECT_EQ(run(append("log", "a\n") + "die 2\n" + append("log", "b\n")), "[true][true]");
    EXPECT_EQ(text("log"), "a\nb\n");
}

TEST_F(FileEffectsTest, shows_a_later_attempt_what_the_first_one_read) {
    put("n", "1");
    // Without that, the second attempt would read what the first one has made of it.
    EXPECT_EQ(
        run(read("n") + append("n", "2") + "die 1\n" + step(EffectKind::file_exists, at("x"))),
        "[\"1\"][true][false]");
    EXPECT_EQ(text("n"), "12");
}

TEST_F(FileEffectsTest, commits_the_changes_so_far_before_it_writes) {
    run("effect 4 [\"k\",1]\n" + append("a", "x"));
    EXPECT_EQ(harness_.store.copy().state.at("k"), "1");
    EXPECT_GE(harness_.store.copy().journal.size(), 1u);
}

TEST_F(FileEffectsTest, keeps_what_it_remembers_of_reads_within_bounds) {
    put("three", std::string(3 << 20, 'x'));
    run(read("three") + read("three") + read("three") + read("three"));
    EXPECT_GE(harness_.store.copy().journal.size(), 2u) << "moved into the store";
    put("six", std::string(6 << 20, 'x'));
    const auto before = harness_.store.copy().journal.size();
    run(read("six") + append("a", "x") + "effect 4 [\"k\",1]\n" + append("a", "x"));
    for (const auto& [key, answer] : harness_.store.copy().journal)
        EXPECT_LT(answer.size(), 4u << 20);
    EXPECT_GT(harness_.store.copy().journal.size(), before);
}

TEST_F(FileEffectsTest, says_when_an_answer_is_too_large_for_its_way) {
    put("control", std::string(11 << 20, '\1'));  // six bytes each in JSON
    EXPECT_THAT(run(read("control")),
                AllOf(HasSubstr("[null,"), HasSubstr("bytes on the way to the script")));
    put("large", std::string((16 << 20) + 1, 'x'));
    EXPECT_THAT(run(read("large")),
                AllOf(HasSubstr("[null,"), HasSubstr("larger than 16777216 bytes")));
}

TEST_F(FileEffectsTest, loses_no_line_of_parallel_runs) {
    constexpr size_t kRuns = 60;
    for (size_t i = 0; i < kRuns; ++i) {
        harness_.start(add_line("log", fmt::format("line {}", i)));
    }
    EXPECT_EQ(harness_.wait(kRuns).size(), kRuns);
    const std::string all = text("log");
    EXPECT_EQ(static_cast<size_t>(std::ranges::count(all, '\n')), kRuns);
    for (size_t i = 0; i < kRuns; ++i)
        EXPECT_THAT("\n" + all, HasSubstr(fmt::format("\nline {}\n", i)));
}

TEST_F(FileEffectsTest, names_a_write_that_was_cut_off) {
    put("log", "x");
    const Fd other(::open(at("log").c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
    const RunOutcome outcome = harness_.final(harness_.start(append("log", "y"), 300ms));
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    EXPECT_THAT(outcome.error, HasSubstr("file.append " + at("log")));
    EXPECT_EQ(text("log"), "x");
}

}  // namespace
}  // namespace sloth
