#include "runner/worker_pool.h"

#include <algorithm>
#include <thread>

#include "runner/run.h"

namespace sloth {
namespace {

constexpr Micros kSpawnRetry = 500ms;

}  // namespace

WorkerPool::WorkerPool(Loop& loop, const RunnerOptions& options, WorkerSource& source, Log& log,
                       WorkerPoolEvents& events)
    : loop_(loop),
      options_(options),
      source_(source),
      log_(log),
      events_(events),
      target_(options.workers != 0 ? options.workers
                                   : std::max(1u, std::thread::hardware_concurrency())) {
    watch_timer_.bind<&WorkerPool::watch>(this);
    retry_timer_.bind<&WorkerPool::fill>(this);
    death_timer_.bind<&WorkerPool::look_for_deaths>(this);
}

WorkerPool::~WorkerPool() {
    for (const auto& worker : workers_) source_.kill(worker->process());
}

void WorkerPool::open() { fill(); }

Worker* WorkerPool::spawn(Worker::Duty duty) {
    collect_deaths();
    Result<WorkerProcess> process = source_.spawn();
    if (!process) {
        if (spawn_error_.empty()) {
            log_.error("worker_spawn_failed", {{"error", process.error().message}});
        }
        spawn_error_ = process.error().message;
        if (!retry_timer_.armed()) loop_.set_timer(retry_timer_, loop_.now() + kSpawnRetry);
        return nullptr;
    }
    spawn_error_.clear();
    workers_.push_back(std::make_unique<Worker>(loop_, next_id_++, std::move(*process), *this));
    workers_.back()->duty = duty;
    return workers_.back().get();
}

// Brings the number of workers that take shared work to the target.
void WorkerPool::fill() {
    bool grew = false;
    for (size_t n = serving(); n < target_ && stalled() <= options_.max_stalled_workers; ++n) {
        if (spawn(Worker::Duty::shared) == nullptr) break;
        grew = true;
    }
    if (grew) events_.on_room();
}

size_t WorkerPool::serving() const {
    return static_cast<size_t>(std::ranges::count_if(workers_, [](const auto& worker) {
        return worker->duty == Worker::Duty::shared && !worker->stalled;
    }));
}

size_t WorkerPool::stalled() const {
    return static_cast<size_t>(std::ranges::count_if(workers_, &Worker::stalled));
}

Worker* WorkerPool::pick() {
    Worker* best = nullptr;
    for (const auto& worker : workers_) {
        if (worker->duty != Worker::Duty::shared || worker->stalled) continue;
        if (best == nullptr || worker->active < best->active ||
            (worker->active == best->active && worker->runs.size() < best->runs.size())) {
            best = worker.get();
        }
    }
    return best;
}

Worker* WorkerPool::pick_solo() {
    size_t in_use = 0;
    for (const auto& worker : workers_) {
        if (worker->duty != Worker::Duty::solo) continue;
        if (worker->runs.empty() && !worker->stalled) return worker.get();
        ++in_use;
    }
    return in_use < options_.max_solo_workers ? spawn(Worker::Duty::solo) : nullptr;
}

void WorkerPool::attach(Worker& worker, Run& run) {
    run.worker = &worker;
    run.worker_index = worker.runs.size();
    worker.runs.push_back(&run);
    ++worker.started;
    set_active(run, true);
}

void WorkerPool::detach(Run& run) {
    Worker& worker = *run.worker;
    set_active(run, false);
    worker.runs[run.worker_index] = worker.runs.back();
    worker.runs[run.worker_index]->worker_index = run.worker_index;
    worker.runs.pop_back();
    run.worker = nullptr;
    if (worker.runs.empty()) became_idle(worker);
}

void WorkerPool::set_active(Run& run, bool active) {
    if (run.is_active == active) return;
    run.is_active = active;
    if (active) {
        ++run.worker->active;
        ++active_;
        if (!watch_timer_.armed()) {
            loop_.set_timer(watch_timer_, loop_.now() + options_.watch_interval);
        }
    } else {
        --run.worker->active;
        --active_;
    }
}

// A worker that nobody needs any more ends only here, when nothing is lost by it.
void WorkerPool::became_idle(Worker& worker) {
    const bool surplus = worker.lowered || worker.started >= options_.recycle_after;
    if (worker.duty == Worker::Duty::shared && !surplus) return;
    if (worker.stalled) return;
    worker.duty = Worker::Duty::retiring;
    loop_.touch();
}

void WorkerPool::remove(Worker& worker) {
    std::erase(dirty_, &worker);
    worker.channel().close();
    worker.gone = true;
    const auto place = std::ranges::find(workers_, &worker, [](const auto& w) { return w.get(); });
    graves_.push_back(std::move(*place));
    workers_.erase(place);
    loop_.touch();
}

void WorkerPool::kill(Worker& worker) {
    source_.kill(worker.process());
    remove(worker);
    fill();
}

void WorkerPool::distrust(Worker& worker) {
    worker.broke = true;
    source_.kill(worker.process());
}

void WorkerPool::end_turn() {
    for (Worker* worker : dirty_) {
        worker->dirty = false;
        worker->channel().flush();
    }
    dirty_.clear();
    bool removed = false;
    for (size_t i = 0; i < workers_.size();) {
        Worker& worker = *workers_[i];
        if (worker.duty != Worker::Duty::retiring || !worker.runs.empty()) {
            ++i;
            continue;
        }
        source_.kill(worker.process());
        remove(worker);
        removed = true;
    }
    graves_.clear();
    if (removed) fill();
}

std::vector<WorkerStatus> WorkerPool::status() const {
    std::vector<WorkerStatus> out;
    for (const auto& worker : workers_) {
        const WorkerState state = worker->stalled      ? WorkerState::stalled
                                  : worker->active > 0 ? WorkerState::busy
                                                       : WorkerState::idle;
        out.push_back({worker->process().pid, state, worker->runs.size()});
    }
    return out;
}

}  // namespace sloth
