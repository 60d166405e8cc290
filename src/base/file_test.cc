#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace sloth {
namespace {

class FileTest : public testing::Test {
 public:
    FileTest() {
        std::string pattern = testing::TempDir() + "file_test.XXXXXX";
        folder = ::mkdtemp(pattern.data());
    }
    ~FileTest() override { std::filesystem::remove_all(folder); }

    std::filesystem::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
        return folder / name;
    }

    std::filesystem::path folder;
};

TEST_F(FileTest, reads_a_whole_file) {
    const std::string text(100'000, 'x');
    EXPECT_EQ(read_file(write("big", text), 1 << 20), text);
    EXPECT_EQ(read_file(write("empty", ""), 10), "");
    EXPECT_EQ(read_file(write("full", "0123456789"), 10), "0123456789");
}

TEST_F(FileTest, reads_files_that_claim_to_be_empty) {
    const auto text = read_file("/proc/self/status", 1 << 20);
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("Name:"), std::string::npos);
}

TEST_F(FileTest, says_why_a_file_cannot_be_read) {
    const auto missing = read_file(folder / "missing", 10);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Code::not_found);
    EXPECT_EQ(missing.error().message,
              "read '" + (folder / "missing").string() + "': no such file or directory");
    EXPECT_EQ(read_file(write("long", "01234567890"), 10).error().code, Code::exhausted);
    EXPECT_EQ(read_file(folder, 10).error().code, Code::invalid);
    EXPECT_EQ(read_file(write("file", "") / "below", 10).error().code, Code::not_found);
}

TEST_F(FileTest, does_not_wait_for_somebody_to_write_into_a_fifo) {
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(read_file(folder / "fifo", 10).error().code, Code::invalid);
}

TEST(ErrnoText, is_a_clause_for_a_sentence) {
    EXPECT_EQ(errno_text(ENOSPC), "no space left on device");
    EXPECT_EQ(errno_text(EACCES), "permission denied");
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

TEST(Fd, closes_what_it_owns_and_hands_over_by_move) {
    int raw = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(raw, 0);
    {
        Fd first(raw);
        Fd second(std::move(first));
        EXPECT_EQ(second.get(), raw);
        EXPECT_TRUE(is_open(raw));
        Fd third;
        EXPECT_FALSE(third);
        third = std::move(second);
        EXPECT_TRUE(third);
    }
    EXPECT_FALSE(is_open(raw));

    raw = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    Fd fd(raw);
    fd.reset();
    EXPECT_FALSE(is_open(raw));
    raw = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(Fd(raw).release(), raw);
    EXPECT_TRUE(is_open(raw));
    ::close(raw);
}

}  // namespace
}  // namespace sloth
