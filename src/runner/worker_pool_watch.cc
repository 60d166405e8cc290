// The pool's eyes: how workers end, and whether one is stuck in a slice.
#include <string.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>

#include "runner/worker_pool.h"

namespace sloth {
namespace {

constexpr Micros kDeathLook = 2ms;
constexpr int kDeathLooks = 25;  // the zygote has reaped it long before
constexpr int kLowPriority = 19;

std::string describe_death(std::optional<int> status) {
    if (!status) return "worker process died";
    if (WIFSIGNALED(*status)) {
        const int number = WTERMSIG(*status);
        const char* name = ::sigabbrev_np(number);
        return fmt::format("worker process was killed by signal {} (SIG{})", number,
                           name != nullptr ? name : "?");
    }
    return fmt::format("worker process exited with status {}", WEXITSTATUS(*status));
}

}  // namespace

void WorkerPool::on_frame(Worker& worker, const FrameView& frame) {
    events_.on_frame(worker, frame);
}

void WorkerPool::on_closed(Worker& worker, bool broken) {
    if (broken) distrust(worker);
    worker.gone = true;
    std::erase(dirty_, &worker);
    const auto place = std::ranges::find(workers_, &worker, [](const auto& w) { return w.get(); });
    dying_.push_back(std::move(*place));
    workers_.erase(place);
    fill();
    look_for_deaths();
}

void WorkerPool::collect_deaths() {
    while (const std::optional<WorkerDeath> death = source_.take_death()) {
        const bool asked = std::ranges::any_of(
            dying_, [&](const auto& worker) { return worker->process().pid == death->pid; });
        if (asked) deaths_[death->pid] = death->status;
    }
}

void WorkerPool::look_for_deaths() {
    collect_deaths();
    std::vector<std::pair<std::unique_ptr<Worker>, std::string>> known;
    for (size_t i = 0; i < dying_.size();) {
        Worker& worker = *dying_[i];
        const auto death = deaths_.find(worker.process().pid);
        if (death == deaths_.end() && ++worker.death_looks < kDeathLooks) {
            ++i;
            continue;
        }
        std::string how = describe_death(
            death == deaths_.end() ? std::nullopt : std::optional<int>(death->second));
        if (worker.broke) how = "worker process broke the protocol and was killed";
        if (death != deaths_.end()) deaths_.erase(death);
        known.emplace_back(std::move(dying_[i]), std::move(how));
        dying_.erase(dying_.begin() + static_cast<ptrdiff_t>(i));
    }
    if (!dying_.empty()) loop_.set_timer(death_timer_, loop_.now() + kDeathLook);
    for (auto& [worker, how] : known) {
        log_.warn(
            "worker_died",
            {{"pid", worker->process().pid}, {"how", how}, {"live_runs", worker->runs.size()}});
        events_.on_gone(*worker, how);
        std::erase(dirty_, worker.get());
        graves_.push_back(std::move(worker));
    }
    loop_.touch();
}

void WorkerPool::watch() {
    const MonoTime now = loop_.now();
    bool any_stalled = false;
    // By number: an event may add and remove workers.
    std::vector<uint64_t> ids;
    for (const auto& worker : workers_) ids.push_back(worker->id);
    for (const uint64_t id : ids) {
        const auto found =
            std::ranges::find(workers_, id, [](const auto& worker) { return worker->id; });
        if (found == workers_.end()) continue;
        Worker& worker = **found;
        if (worker.active > 0 || worker.stalled) {
            look_at(worker, now);
        } else {
            worker.quiet_since = {};
        }
    }
    any_stalled = stalled() > 0;
    if (active_ > 0 || any_stalled) {
        loop_.set_timer(watch_timer_, loop_.now() + options_.watch_interval);
    }
}

void WorkerPool::look_at(Worker& worker, MonoTime now) {
    const PageView::Slice slice = worker.slice();
    const bool same = slice.run != 0 && slice == worker.seen;
    worker.seen = slice;
    if (worker.stalled) {
        if (!same) recover(worker);
        return;
    }
    if (slice.run == 0) return look_at_quiet(worker, now);
    worker.quiet_since = {};
    // Seen twice: the master itself may have been stopped for a while.
    if (!same) return worker.used_at_sight.reset();
    if (!worker.used_at_sight) worker.used_at_sight = source_.used_time(worker.process());
    const auto so_far = std::chrono::duration_cast<Micros>(
        now.time_since_epoch() - std::chrono::nanoseconds(slice.began_ns));
    if (so_far <= options_.stall_limit || is_starved(worker, so_far)) return;
    worker.stalled = true;
    worker.lowered = source_.set_nice(worker.process(), kLowPriority);
    log_.info("worker_stalled", {{"pid", worker.process().pid}});
    fill();
    events_.on_stalled(worker, slice.run, so_far);
}

// A worker that does not get the processor is not stuck: another one would not get it either. A
// stopped one looks the same, so this excuses only for a while.
bool WorkerPool::is_starved(Worker& worker, Micros so_far) {
    if (!worker.used_at_sight || so_far > 10 * options_.stall_limit) return false;
    const std::optional<Micros> used = source_.used_time(worker.process());
    return used && *used - *worker.used_at_sight < options_.stall_limit / 4;
}

// A stopped process is in no slice and yet does nothing.
void WorkerPool::look_at_quiet(Worker& worker, MonoTime now) {
    const bool moved = worker.frames != worker.frames_seen;
    worker.frames_seen = worker.frames;
    if (moved || worker.quiet_since == MonoTime{}) {
        worker.quiet_since = now;
        return;
    }
    const auto so_far = std::chrono::duration_cast<Micros>(now - worker.quiet_since);
    if (so_far <= options_.quiet_limit) return;
    log_.warn("worker_silent", {{"pid", worker.process().pid}});
    worker.stalled = true;
    fill();
    events_.on_stalled(worker, 0, so_far);
}

void WorkerPool::recover(Worker& worker) {
    worker.stalled = false;
    if (worker.lowered && source_.set_nice(worker.process(), 0)) worker.lowered = false;
    if (worker.duty == Worker::Duty::shared && (worker.lowered || serving() > target_)) {
        worker.duty = Worker::Duty::retiring;  // another one has its place
    }
    if (worker.runs.empty()) became_idle(worker);
    events_.on_room();
    loop_.touch();
}

}  // namespace sloth
