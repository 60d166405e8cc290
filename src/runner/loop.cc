#include "runner/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace sloth {

namespace asio = boost::asio;

void Loop::run() {
    const auto guard = asio::make_work_guard(io_);
    io_.run();
}

void Loop::post(Job job) {
    const bool first = inbox_.with([&](std::vector<Job>& jobs) {
        jobs.push_back(std::move(job));
        return jobs.size() == 1;
    });
    if (first) asio::post(io_, [this] { drain(); });
}

void Loop::drain() {
    inbox_.with([&](std::vector<Job>& jobs) { jobs_.swap(jobs); });
    for (Job& job : jobs_) job();
    jobs_.clear();
}

void Loop::touch() {
    if (turn_) return;
    turn_ = true;
    asio::post(io_, [this] {
        turn_ = false;
        if (turn_end_) turn_end_();
    });
}

void Loop::set_timer(Timer& timer, MonoTime at) {
    timers_.set(timer, at);
    arm();
}

void Loop::arm() {
    const std::optional<MonoTime> next = timers_.next();
    // An alarm that rings too early finds nothing due and is set anew: cheaper than moving it each
    // time a timer is cancelled.
    if (!next || (armed_ && *armed_ <= *next)) return;
    armed_ = next;
    alarm_.expires_after(std::max(*next - now(), MonoTime::duration::zero()));
    alarm_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        armed_.reset();
        timers_.run_due(now());
        arm();
    });
}

}  // namespace sloth
