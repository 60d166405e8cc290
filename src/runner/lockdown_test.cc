#include "runner/lockdown.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace sloth {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

constexpr int kSucceeded = 100;

// Tries something in a locked-down child: "killed", "refused", or "worked".
template <class Deed>
std::string locked_down(Deed deed) {
    const Lockdown lockdown = Lockdown::prepare();
    std::fflush(stdout);  // else a sanitizer writes it in the child, whose files may not grow
    const pid_t child = ::fork();
    if (child == 0) {
        lockdown.apply(256 << 20, 16);
        ::_exit(deed() ? kSucceeded : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGSYS ? "killed" : "crashed";
    return WEXITSTATUS(status) == kSucceeded ? "worked" : "refused";
}

TEST(Lockdown, has_every_layer_on_this_machine_or_says_which_not) {
    const Lockdown lockdown = Lockdown::prepare();
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::fflush(stdout);  // else a sanitizer writes it in the child, whose files may not grow
    const pid_t child = ::fork();
    if (child == 0) {
        std::string text;
        for (const std::string& line : lockdown.apply(256 << 20, 16)) text += line + "\n";
        const ssize_t written = ::write(ends[1], text.data(), text.size());
        ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    char text[4096] = "";
    const ssize_t got = ::read(ends[0], text, sizeof text - 1);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    if (got > 0) std::printf("this machine lacks:\n%s", text);
}

TEST(Lockdown, kills_what_reaches_for_the_world) {
    if (kSanitized) GTEST_SKIP() << "sanitizer builds have no system-call filter";
    EXPECT_EQ(locked_down([] { return ::open("/etc/passwd", O_RDONLY) >= 0; }), "killed");
    EXPECT_EQ(locked_down([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }), "killed");
    EXPECT_EQ(locked_down([] { return ::fork() >= 0; }), "killed");
    EXPECT_EQ(locked_down([] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }),
              "killed");
    EXPECT_EQ(locked_down([] { return ::kill(::getpid(), 0) == 0; }), "killed");
    EXPECT_EQ(locked_down([] { return ::unlink("/tmp/no such file") == 0; }), "killed");
    EXPECT_EQ(locked_down([] { return ::syscall(SYS_io_uring_setup, 1, nullptr) >= 0; }), "killed");
    EXPECT_EQ(locked_down([] {
                  char* const args[] = {const_cast<char*>("true"), nullptr};
                  ::execv("/bin/true", args);
                  return false;
              }),
              "killed");
    EXPECT_EQ(locked_down([] {
                  iovec part{};
                  return ::syscall(SYS_process_vm_readv, 1, &part, 1, &part, 1, 0) >= 0;
              }),
              "killed");
    EXPECT_EQ(locked_down([] {
                  return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                                -1, 0) != MAP_FAILED;
              }),
              "killed");
}

TEST(Lockdown, refuses_harmless_calls_that_it_does_not_need) {
    if (kSanitized) GTEST_SKIP() << "sanitizer builds have no system-call filter";
    EXPECT_EQ(locked_down([] { return ::getppid() > 0; }), "refused");
    EXPECT_EQ(locked_down([] {
                  struct stat info;
                  return ::stat("/etc/localtime", &info) == 0;
              }),
              "refused");
}

TEST(Lockdown, lets_a_worker_work) {
    EXPECT_EQ(locked_down([] {
                  int sum = 0;
                  for (int i = 0; i < 100; ++i) {
                      void* block = std::malloc(1 << 20);
                      std::memset(block, i, 1 << 20);
                      sum += static_cast<char*>(block)[i];
                      std::free(block);
                  }
                  timespec now{};
                  unsigned char seed = 0;
                  return sum == 4950 && ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0 &&
                         ::syscall(SYS_getrandom, &seed, 1, 0) == 1;
              }),
              "worked");
}

TEST(Lockdown, limits_memory) {
    if (kSanitized) GTEST_SKIP() << "sanitizer builds have no memory limit";
    EXPECT_EQ(locked_down([] { return std::malloc(512 << 20) != nullptr; }), "refused");
    EXPECT_EQ(locked_down([] { return std::malloc(128 << 20) != nullptr; }), "worked");
}

}  // namespace
}  // namespace sloth
