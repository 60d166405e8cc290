// The runner's event loop: one Asio context, one alarm for all timers, an inbox for other threads,
// and a hook at the end of each turn where batches are sent. `post` from any thread; everything
// else on the thread that is in `run`. Held by shared_ptr by those who may post late (the store's
// answers): after `stop` their jobs are never run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "ports/clock.h"
#include "runner/timers.h"

namespace sloth {

class Loop : public std::enable_shared_from_this<Loop> {
 public:
    using Job = std::move_only_function<void()>;

    explicit Loop(Clock& clock) : clock_(clock), alarm_(io_) {}
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Until `stop`. A job that throws is a bug of ours and ends the process.
    void run();
    void stop() { io_.stop(); }
    void post(Job job);

    boost::asio::io_context& io() { return io_; }
    Clock& clock() { return clock_; }
    MonoTime now() { return clock_.mono(); }

    void set_timer(Timer& timer, MonoTime at);
    void cancel(Timer& timer) { timers_.cancel(timer); }

    // `at_end` runs once after all work that is ready now.
    void set_turn_end(Job at_end) { turn_end_ = std::move(at_end); }
    void touch();

 private:
    void drain();
    void arm();

    Clock& clock_;
    Timers timers_;  // outlives the context, whose last handlers may own timers
    boost::asio::io_context io_{1};
    boost::asio::steady_timer alarm_;
    std::optional<MonoTime> armed_;
    bool turn_ = false;
    Job turn_end_;
    Guarded<std::vector<Job>> inbox_;
    std::vector<Job> jobs_;
};

}  // namespace sloth
