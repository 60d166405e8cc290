#include "files/edit.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "files/content.h"
#include "files/test_folder.h"

namespace sloth::files {
namespace {

class EditTest : public FolderTest {
 public:
    Result<bool> line(const std::string& name, const std::string& line) const {
        return ensure_line(everything(), name, {.line = line}, Missing::make, {});
    }
    std::multiset<std::string> lines(const std::string& name) const {
        std::istringstream in(text(name));
        std::multiset<std::string> out;
        for (std::string one; std::getline(in, one);) out.insert(one);
        return out;
    }
    // Each line once, none lost, none torn.
    void expect_all(const std::string& name, int writers, int each) const {
        const auto found = lines(name);
        EXPECT_EQ(found.size(), static_cast<size_t>(writers) * static_cast<size_t>(each));
        for (int w = 0; w < writers; ++w) {
            for (int i = 0; i < each; ++i)
                EXPECT_EQ(found.count(line_of(w, i)), 1u) << line_of(w, i);
        }
    }
    static std::string line_of(int writer, int i) {
        return "writer " + std::to_string(writer) + " line " + std::to_string(i);
    }
};

TEST_F(EditTest, makes_a_line_be_there_once) {
    EXPECT_TRUE(*line("deep/er/log", "a"));
    EXPECT_FALSE(*line("deep/er/log", "a"));
    EXPECT_TRUE(*line("deep/er/log", "b\n"));
    EXPECT_FALSE(*line("deep/er/log", "b"));
    EXPECT_TRUE(*line("deep/er/log", "c\nd"));
    EXPECT_TRUE(*line("deep/er/log", "c\nd"));
    EXPECT_EQ(text("deep/er/log"), "a\nb\nc\nd\nc\nd\n");
}

TEST_F(EditTest, ends_a_last_line_before_it_adds_one) {
    put("a", "x");
    EXPECT_TRUE(*line("a", "y"));
    EXPECT_EQ(text("a"), "x\ny\n");
    put("b", "x");
    EXPECT_FALSE(*line("b", "x"));
    EXPECT_EQ(text("b"), "x");
}

// Pieces are 256 KiB: a line may lie across the border of two, or be longer than one.
TEST_F(EditTest, finds_a_line_wherever_it_lies_in_a_large_file) {
    constexpr size_t kPiece = 256 << 10;
    for (const size_t before :
         {size_t{0}, kPiece - 5, kPiece - 2, kPiece - 1, kPiece, kPiece + 1, 3 * kPiece - 3}) {
        const std::string filler = before == 0 ? "" : std::string(before - 1, 'x') + "\n";
        put("a", filler + "needle\nrest");
        EXPECT_FALSE(*line("a", "needle")) << before;
        EXPECT_FALSE(*line("a", "rest")) << before;
        EXPECT_TRUE(*line("a", "needl")) << before;
    }
    const std::string longer(3 * kPiece, 'y');
    put("a", "x\n" + longer + "\n");
    EXPECT_FALSE(*line("a", longer));
    EXPECT_TRUE(*line("a", longer.substr(1)));
}

TEST_F(EditTest, does_not_make_a_file_that_must_be_there) {
    EXPECT_EQ(ensure_line(everything(), "none", {.line = "a"}, Missing::fail, {}).error().code,
              Code::not_found);
    const TextChange change = [](std::string_view) { return std::string("x"); };
    EXPECT_EQ(edit(everything(), "none", change, Missing::fail, {}).error().code, Code::not_found);
    EXPECT_TRUE(*edit(everything(), "none", change, Missing::make, {}));
    EXPECT_EQ(text("none"), "x");
}

TEST_F(EditTest, leaves_the_file_as_it_was_when_the_change_fails) {
    put("a", "x");
    const TextChange broken = [](std::string_view) -> Result<std::optional<std::string>> {
        return fail(Code::failed, "no such marker");
    };
    EXPECT_EQ(edit(everything(), "a", broken, Missing::make, {}).error().message,
              "edit '" + at("a") + "': no such marker");
    EXPECT_EQ(text("a"), "x");
    EXPECT_EQ(count(""), 1u);
}

TEST_F(EditTest, keeps_mode_links_and_roots) {
    put("in/a", "x\n");
    ASSERT_EQ(::chmod(at("in/a").c_str(), 0604), 0);
    link("a", "in/link");
    link("../out", "in/escape");
    const LineChange first{.line = "y", .first = true};
    EXPECT_TRUE(*ensure_line(inside("in"), at("in/link"), first, Missing::fail, {}));
    EXPECT_TRUE(*ensure_line(inside("in"), at("in/link"), {.line = "z"}, Missing::fail, {}));
    EXPECT_EQ(text("in/a"), "y\nx\nz\n");
    EXPECT_EQ(mode("in/a"), 0604u);
    EXPECT_TRUE(std::filesystem::is_symlink(at("in/link")));
    EXPECT_EQ(ensure_line(inside("in"), at("in/escape"), first, Missing::make, {}).error().code,
              Code::refused);
    EXPECT_FALSE(there("out"));
}

TEST_F(EditTest, loses_no_line_of_many_threads) {
    constexpr int kThreads = 16;
    constexpr int kEach = 40;
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([this, t] {
            for (int i = 0; i < kEach; ++i) ASSERT_TRUE(line("log", line_of(t, i)));
        });
    }
    threads.clear();
    expect_all("log", kThreads, kEach);
}

// Appending in place beside edits that put a new file in the old one's place.
TEST_F(EditTest, loses_no_line_when_others_rewrite_and_append) {
    constexpr int kThreads = 9;
    constexpr int kEach = 30;
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([this, t] {
            for (int i = 0; i < kEach; ++i) {
                if (t % 3 == 0) {
                    ASSERT_TRUE(line("log", line_of(t, i)));
                } else if (t % 3 == 1) {
                    const LineChange first{.line = line_of(t, i), .first = true};
                    ASSERT_TRUE(ensure_line(everything(), "log", first, Missing::make, {}));
                } else {
                    ASSERT_TRUE(append(everything(), "log", line_of(t, i) + "\n", {}));
                }
            }
        });
    }
    threads.clear();
    expect_all("log", kThreads, kEach);
    EXPECT_EQ(count(""), 1u) << "no temporary file is left";
}

TEST_F(EditTest, loses_no_line_of_many_processes) {
    constexpr int kProcesses = 6;
    constexpr int kEach = 30;
    std::vector<pid_t> children;
    for (int p = 0; p < kProcesses; ++p) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            bool all = true;
            for (int i = 0; i < kEach; ++i) {
                const LineChange change{.line = line_of(p, i), .first = p % 2 == 0};
                all =
                    all && ensure_line(everything(), "log", change, Missing::make, {}).has_value();
            }
            ::_exit(all ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    expect_all("log", kProcesses, kEach);
}

TEST_F(EditTest, refuses_to_load_what_is_too_large_but_appends_to_it) {
    put("a", "x\n");
    ASSERT_EQ(::truncate(at("a").c_str(), static_cast<off_t>(kMaxContent) + 1), 0);
    EXPECT_EQ(ensure_line(everything(), "a", {.line = "y", .first = true}, Missing::fail, {})
                  .error()
                  .code,
              Code::exhausted);
    EXPECT_TRUE(*line("a", "y"));
    EXPECT_FALSE(*line("a", "y"));
    EXPECT_EQ(std::filesystem::file_size(at("a")), kMaxContent + 1 + 3);
}

}  // namespace
}  // namespace sloth::files
