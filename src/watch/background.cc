#include "watch/background.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <deque>
#include <thread>
#include <tuple>

#include "base/file.h"
#include "base/thread_name.h"

namespace sloth {
namespace {

struct Job {
    uint64_t owner = 0;
    std::move_only_function<void()> work;
};

struct Jobs {
    std::deque<Job> waiting;
    std::vector<uint64_t> done;  // owners to be told
    int threads = 0;
    bool closed = false;
};

}  // namespace

// Shared with the threads, which may outlive everything else.
struct Background::State {
    Guarded<Jobs> jobs;
    Fd bell{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

    void ring() {
        const uint64_t one = 1;
        (void)!::write(bell.get(), &one, sizeof one);
    }

    std::optional<Job> next() {
        return jobs.with([](Jobs& jobs) -> std::optional<Job> {
            if (jobs.waiting.empty() || jobs.closed) {
                --jobs.threads;
                return {};
            }
            Job job = std::move(jobs.waiting.front());
            jobs.waiting.pop_front();
            return job;
        });
    }

    void work() {
        name_this_thread("watch-work");
        while (auto job = next()) {
            job->work();
            jobs.with([&](Jobs& jobs) { jobs.done.push_back(job->owner); });
            ring();
        }
    }
};

Background::Background(Notifier& notifier)
    : notifier_(notifier), state_(std::make_shared<State>()) {
    // Without it an answer is found at its owner's next look.
    std::ignore = notifier_.attach(state_->bell.get(), POLLIN, *this);
}

Background::~Background() {
    notifier_.detach(state_->bell.get());
    state_->jobs.with([](Jobs& jobs) { jobs.closed = true; });
}

void Background::run(uint64_t owner, std::move_only_function<void()> work) {
    const bool more = state_->jobs.with([&](Jobs& jobs) {
        jobs.waiting.push_back({owner, std::move(work)});
        if (jobs.threads >= kThreads) return false;
        ++jobs.threads;
        return true;
    });
    // Nobody may wait for it: it may hang for as long as the machine at the other end does.
    if (more) std::thread([state = state_] { state->work(); }).detach();
}

void Background::read(std::vector<Notice>& notices) {
    uint64_t count = 0;
    (void)!::read(state_->bell.get(), &count, sizeof count);
    const auto done = state_->jobs.with([](Jobs& jobs) { return std::exchange(jobs.done, {}); });
    for (const uint64_t owner : done) notices.push_back({owner, -1, Notice::Kind::ready, {}});
}

}  // namespace sloth
