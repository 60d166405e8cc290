#include "files/content.h"

#include <fcntl.h>
#include <sys/file.h>

#include <atomic>
#include <thread>
#include <vector>

#include "files/test_folder.h"

namespace sloth::files {
namespace {

using ContentTest = FolderTest;

TEST_F(ContentTest, reads_and_writes_any_bytes) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    EXPECT_TRUE(*write(everything(), "a", bytes, {}, {}));
    EXPECT_EQ(*read(everything(), "a"), bytes);
    EXPECT_TRUE(append(everything(), "a", bytes, {}));
    EXPECT_EQ(*read(everything(), "a"), bytes + bytes);
    EXPECT_EQ(*read(everything(), put("empty", "")), "");
}

TEST_F(ContentTest, reads_files_that_do_not_say_how_large_they_are) {
    const auto status = read(everything(), "/proc/self/status");
    ASSERT_TRUE(status);
    EXPECT_NE(status->find("Threads:"), std::string::npos);
    EXPECT_GT(read(everything(), "/proc/self/smaps")->size(), 4096u);
}

TEST_F(ContentTest, reads_at_most_what_was_said) {
    put("a", "0123456789");
    EXPECT_EQ(*read(everything(), "a", 10), "0123456789");
    const auto more = read(everything(), "a", 9);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, Code::exhausted);
    EXPECT_EQ(more.error().message,
              "read '" + at("a") + "': larger than 9 bytes, the most that is read at once");
}

TEST_F(ContentTest, says_what_is_missing) {
    EXPECT_EQ(read(everything(), "none").error().message,
              "read '" + at("none") + "': no such file or directory");
    EXPECT_EQ(write(everything(), "none/a", "x", {}, {}).error().code, Code::not_found);
    EXPECT_EQ(write(everything(), "a/", "x", {}, {}).error().message,
              "write '" + at("a") + "': is a directory");
}

TEST_F(ContentTest, keeps_the_mode_and_takes_the_umask_for_new_files) {
    const mode_t umask = ::umask(027);
    put("old", "x");
    ASSERT_EQ(::chmod(at("old").c_str(), 0751), 0);
    ASSERT_TRUE(write(everything(), "old", "y", {}, {}));
    ASSERT_TRUE(write(everything(), "new", "y", {}, {}));
    ASSERT_TRUE(append(everything(), "log", "y", {}));
    ASSERT_TRUE(write(everything(), "private", "y", {.mode = 0600}, {}));
    ASSERT_TRUE(write(everything(), "old2", "y", {.mode = 0777}, {}));
    ::umask(umask);
    EXPECT_EQ(mode("old"), 0751u);
    EXPECT_EQ(mode("new"), 0640u);
    EXPECT_EQ(mode("log"), 0640u);
    EXPECT_EQ(mode("private"), 0600u);
    EXPECT_EQ(mode("old2"), 0777u) << "a mode that was asked for is meant as it is";
}

TEST_F(ContentTest, keeps_the_owner_and_drops_setuid) {
    if (::getuid() != 0) GTEST_SKIP() << "only root can give files away";
    put("a", "x");
    ASSERT_EQ(::chown(at("a").c_str(), 65534, 65533), 0);
    ASSERT_EQ(::chmod(at("a").c_str(), 06755), 0);
    ASSERT_TRUE(write(everything(), "a", "y", {}, {}));
    struct stat info{};
    ASSERT_EQ(::stat(at("a").c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 65534u);
    EXPECT_EQ(info.st_gid, 65533u);
    EXPECT_EQ(info.st_mode & 07777, 0755u);
}

TEST_F(ContentTest, writes_where_a_link_leads_and_leaves_the_link) {
    put("target", "x");
    link("target", "link");
    ASSERT_TRUE(write(everything(), "link", "y", {}, {}));
    EXPECT_EQ(text("target"), "y");
    EXPECT_TRUE(std::filesystem::is_symlink(at("link")));
    link("fresh", "dangling");
    ASSERT_TRUE(append(everything(), "dangling", "z", {}));
    EXPECT_EQ(text("fresh"), "z");
}

TEST_F(ContentTest, leaves_a_file_alone_that_has_the_content_already) {
    put("a", "same");
    ASSERT_EQ(::chmod(at("a").c_str(), 0640), 0);
    EXPECT_FALSE(*write(everything(), "a", "same", {.compare = true}, {}));
    EXPECT_FALSE(*write(everything(), "a", "same", {.mode = 0640, .compare = true}, {}));
    EXPECT_TRUE(*write(everything(), "a", "same", {.mode = 0600, .compare = true}, {}));
    EXPECT_TRUE(*write(everything(), "a", "diff", {.compare = true}, {}));
    EXPECT_TRUE(*write(everything(), "deep/er/b", "", {.parents = true, .compare = true}, {}));
    EXPECT_TRUE(there("deep/er/b"));
}

TEST_F(ContentTest, shows_the_old_content_or_the_new_and_nothing_between) {
    const std::string a(100'000, 'a');
    const std::string b(150'000, 'b');
    put("file", a);
    std::atomic<bool> stop = false;
    std::thread writer([&] {
        while (!stop) {
            ASSERT_TRUE(write(everything(), "file", b, {}, {}));
            ASSERT_TRUE(write(everything(), "file", a, {}, {}));
        }
    });
    for (int i = 0; i < 300; ++i) {
        const auto seen = read(everything(), "file");
        ASSERT_TRUE(seen);
        ASSERT_TRUE(*seen == a || *seen == b) << seen->size();
    }
    stop = true;
    writer.join();
    EXPECT_EQ(count(""), 1u) << "no temporary file is left";
}

TEST_F(ContentTest, appends_whole_from_many_threads) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([this, t] {
            for (int i = 0; i < 50; ++i) {
                ASSERT_TRUE(append(everything(), "log",
                                   std::to_string(t) + std::string(500, 'x') + "\n", {}));
            }
        });
    }
    threads.clear();
    EXPECT_EQ(text("log").size(), 8u * 50 * 502);
}

TEST_F(ContentTest, leaves_nothing_behind_when_it_cannot_write) {
    if (::getuid() == 0) {
        // Root may write anywhere but where the file system says no.
        EXPECT_FALSE(write(everything(), "/proc/self/new", "x", {}, {}));
        EXPECT_FALSE(write(everything(), "/proc/version", "x", {}, {}));
        return;
    }
    make("closed");
    put("closed/a", "x");
    ASSERT_EQ(::chmod(at("closed").c_str(), 0500), 0);
    const auto refused = write(everything(), "closed/a", "y", {}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "write '" + at("closed/a") +
                  "': the new content needs a file beside it: permission denied");
    ASSERT_EQ(::chmod(at("closed").c_str(), 0700), 0);
    EXPECT_EQ(text("closed/a"), "x");
    EXPECT_EQ(count("closed"), 1u);
}

TEST_F(ContentTest, stops_waiting_for_a_lock_when_it_is_told_to) {
    put("a", "x");
    const Fd other(::open(at("a").c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(write(everything(), "a", "y", {}, stop.get_token()).error().code, Code::timed_out);
    EXPECT_EQ(text("a"), "x");
    ASSERT_EQ(::flock(other.get(), LOCK_UN), 0);
    EXPECT_TRUE(write(everything(), "a", "y", {}, stop.get_token()));
}

}  // namespace
}  // namespace sloth::files
