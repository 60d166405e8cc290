#include "runner/worker_main.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <new>
#include <string>
#include <utility>

#include "base/check.h"
#include "runner/worker_loop.h"

namespace sloth {
namespace {

constexpr int kSocket = 3;  // 0-2 are /dev/null; there is nothing else
constexpr Millis kIdle = 60s;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kFirstNulled = STDIN_FILENO;
constexpr int kLastNulled = STDOUT_FILENO;  // a sanitizer's report must come out
#else
constexpr int kFirstNulled = STDIN_FILENO;
constexpr int kLastNulled = STDERR_FILENO;
#endif

// Part of the runs' budget is left to frames on their way and to the process itself.
constexpr int64_t run_budget(int64_t process_budget) { return process_budget / 4 * 3; }

class SystemClock final : public Clock {
 public:
    WallTime wall() override {
        return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
    }
    MonoTime mono() override { return std::chrono::steady_clock::now(); }
};

// Keys and passwords of scripts come from it: the kernel's own, some at a time.
class SystemRandom final : public Random {
 public:
    uint64_t next() override {
        if (left_ == 0) {
            CHECK(::getrandom(numbers_.data(), sizeof numbers_, 0) == ssize_t{sizeof numbers_});
            left_ = numbers_.size();
        }
        return std::exchange(numbers_[--left_], 0);
    }

 private:
    std::array<uint64_t, 32> numbers_{};  // getrandom gives 256 bytes at once or none
    size_t left_ = 0;
};

// The socket becomes descriptor 3, everything above goes.
Fd keep_only(Fd socket) {
    Fd high(::fcntl(socket.get(), F_DUPFD_CLOEXEC, kSocket + 1));  // out of the way of 0-3
    Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) null = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));  // a bare chroot
    for (int fd = kFirstNulled; fd <= kLastNulled; ++fd) ::dup2(null.get(), fd);
    if (::dup2(high.get(), kSocket) < 0) ::_exit(1);
    socket.release();
    high.release();
    null.release();
    ::close_range(kSocket + 1, ~0U, 0);
    return Fd(kSocket);
}

// os.date asks for the zone at its first use, when files are out of reach: read it now, and name it
// so that it is not looked at again.
void load_time_zone() {
    if (std::getenv("TZ") == nullptr) ::setenv("TZ", ":/etc/localtime", 1);
    ::tzset();
    const std::time_t some_time = 0;
    std::tm local{};
    ::localtime_r(&some_time, &local);
}

}  // namespace

void worker_main(Fd socket, Fd page, const WorkerOptions& options, const Lockdown& lockdown) {
    ::prctl(PR_SET_NAME, "sloth-worker");
    void* shared =
        ::mmap(nullptr, sizeof(WorkerPage), PROT_READ | PROT_WRITE, MAP_SHARED, page.get(), 0);
    if (shared == MAP_FAILED) ::_exit(1);
    page.reset();
    socket = keep_only(std::move(socket));
    load_time_zone();

    auto* worker_page = new (shared) WorkerPage{};
    SystemClock clock;
    SystemRandom random;
    WorkerLoop loop(std::move(socket), *worker_page, clock, random,
                    {.memory_budget = run_budget(options.memory_budget)});
    std::string warnings;
    for (const std::string& line : lockdown.apply(options.memory_budget, kSocket + 1))
        warnings += (warnings.empty() ? "" : "\n") + line;
    loop.announce(warnings);
    while (loop.step(kIdle)) {
    }
    ::_exit(0);
}

}  // namespace sloth
