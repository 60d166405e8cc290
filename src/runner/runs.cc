#include "runner/runs.h"

#include "base/check.h"

namespace sloth {
namespace {

constexpr size_t kSlack = 1024;  // for the mark that says that output was cut
constexpr Micros kMinWait = 1s;
constexpr size_t kMaxErrorBytes = 64 << 10;

}  // namespace

void Run::on_timer() { home->on_deadline(*this); }

Runs::Runs(std::shared_ptr<Loop> loop, const RunnerOptions& options, RunsPorts ports,
           Deliver deliver, Warn warn)
    : loop_(std::move(loop)),
      options_(options),
      log_(ports.log),
      deliver_(std::move(deliver)),
      warn_(std::move(warn)),
      pool_(*loop_, options_, ports.workers, log_, *this),
      broker_(loop_, options_,
              {ports.events, ports.state, ports.secrets, ports.watchers, ports.workers, ports.ids},
              *this) {
    loop_->set_turn_end([this] { end_turn(); });
}

Runs::~Runs() {
    for (const auto& run : slots_) {
        if (run->load) end_load(*run, fail(Code::failed, "the runner is shutting down"));
    }
}

Run& Runs::take_slot() {
    if (free_.empty()) {
        auto run = std::make_unique<Run>();
        run->home = this;
        run->slot = static_cast<uint32_t>(slots_.size());
        run->timer.bind<&Run::on_timer>(run.get());
        slots_.push_back(std::move(run));
        return *slots_.back();
    }
    Run& run = *slots_[free_.back()];
    free_.pop_back();
    return run;
}

void Runs::free_slot(Run& run) {
    CHECK(run.worker == nullptr);
    loop_->cancel(run.timer);
    run.state = Run::State::free;
    run.wire = 0;
    run.request = {};
    run.interruptions = 0;
    run.alone = run.stalled = run.overdue = false;
    run.sent = {};
    run.delivery.reset();
    run.waiting.reset();
    run.ending.reset();
    run.trace.reset();
    run.load.reset();
    free_.push_back(run.slot);
}

// A wire number is the slot and a number that changes each time: what an older incarnation still
// says finds nothing.
Run* Runs::find(uint64_t wire) {
    const auto slot = static_cast<uint32_t>(wire);
    if (wire == 0 || slot >= slots_.size()) return nullptr;
    Run& run = *slots_[slot];
    return run.wire == wire ? &run : nullptr;
}

void Runs::start(std::vector<RunRequest> requests) {
    for (RunRequest& request : requests) {
        Run& run = take_slot();
        run.request = std::move(request);
        run.attempt = run.request.attempt;
        run.remaining = run.request.hook->limits.timeout;
        run.delivery_id = run.request.event->id;
        run.delivery_id += run.request.hook->delivery_suffix;
        if (run.request.trace) run.trace = std::make_unique<Trace>();
        if (run.request.has_journal) {
            if (const Result<void> loaded = broker_.load_journal(run); !loaded) {
                close(run, outcome(run, RunStatus::failed,
                                   "its journal cannot be read: " + loaded.error().message));
                continue;
            }
        }
        place(run);
    }
}

void Runs::load(LoadJob job) {
    Run& run = take_slot();
    run.load = std::make_unique<LoadJob>(std::move(job));
    run.attempt = 1;
    run.remaining = options_.load_limit;
    place(run);
}

void Runs::place(Run& run) {
    const bool suspected =
        !run.load && !suspects_.empty() && suspects_.contains(run.request.hook->key);
    run.alone = suspected || run.interruptions >= options_.max_interruptions ||
                (run.load && run.interruptions > 0);
    // One at a time of a hook: many runs of one bad hook must not keep all such workers.
    const bool must_wait = run.alone && !run.load && alone_now_.contains(run.request.hook->key);
    Worker* worker = must_wait ? nullptr : run.alone ? pool_.pick_solo() : pool_.pick();
    if (worker != nullptr) {
        if (run.alone && !run.load) alone_now_.insert(run.request.hook->key);
        return send(run, *worker);
    }
    run.state = Run::State::queued;
    (run.alone ? solo_queue_ : queue_).push_back(&run);
    // Without any worker nothing would ever end it.
    if (!pool_.spawn_error().empty() && !run.timer.armed()) {
        loop_->set_timer(run.timer, loop_->now() + std::max(run.remaining, kMinWait));
    }
}

void Runs::send(Run& run, Worker& worker) {
    const MonoTime now = loop_->now();
    run.state = Run::State::running;
    run.overdue = false;
    if (++incarnation_ == 0) ++incarnation_;
    run.wire = (uint64_t{incarnation_} << 32) | run.slot;
    run.deadline = now + run.remaining;
    pool_.attach(worker, run);
    loop_->set_timer(run.timer, run.deadline);
    if (run.load) {
        FrameWriter out(worker.channel().out());
        out.begin(FrameKind::load, run.wire);
        out.str(run.load->chunk_name);
        out.str(run.load->source);
        out.u8(run.load->purpose == HookRunner::Purpose::lint ? 1 : 0);
        out.end();
    } else {
        if (run.sent == MonoTime{}) {
            run.sent = now;
            run.executed_at = loop_->clock().wall();
        }
        worker.provide(*run.request.hook, now, options_.unused_hook_age);
        send_hook(run, worker, run.remaining);
    }
    pool_.mark_dirty(worker);
}

void Runs::send_hook(Run& run, Worker& worker, Micros timeout) {
    const Event& event = *run.request.event;
    const RunnableHook& hook = *run.request.hook;
    RunFrame frame;
    frame.hook_key = hook.key;
    frame.timeout_us = std::max<int64_t>(timeout.count(), 1);
    frame.memory_limit = hook.limits.memory;
    frame.output_limit = static_cast<uint32_t>(hook.limits.output);
    frame.attempt = static_cast<uint32_t>(run.attempt);
    frame.seed = stable_hash(run.delivery_id);
    frame.delivery_id = run.delivery_id;
    frame.id = event.id;
    frame.type = event.type;
    frame.stack = event.stack;
    frame.agent = event.agent;
    frame.run_id = event.run_id;
    frame.source = event.source;
    frame.timestamp_us = to_micros(event.timestamp);
    frame.created_at_us = to_micros(event.created_at);
    frame.data = event.data;
    FrameWriter out(worker.channel().out());
    write(out, run.wire, frame);
}

void Runs::drain_queues() {
    // place() puts back what still finds no room; starting a worker may call this again.
    if (draining_queues_) return;
    draining_queues_ = true;
    for (std::deque<Run*>* queue : {&queue_, &solo_queue_}) {
        for (size_t left = queue->size(); left > 0; --left) {
            Run& run = *queue->front();
            queue->pop_front();
            place(run);
            if (run.state == Run::State::queued && !run.alone) break;
        }
    }
    draining_queues_ = false;
}

void Runs::on_frame(Worker& worker, const FrameView& frame) {
    FrameReader in(frame.body);
    if (frame.kind == FrameKind::ready) {
        const std::string_view warnings = in.str();
        if (!warnings.empty()) warn_(std::string(warnings));
        return;
    }
    Run* run = find(frame.run);
    if (run == nullptr || run->worker != &worker) return;
    if (frame.kind == FrameKind::effect && run->state == Run::State::running && !run->load) {
        const EffectFrame effect = read_effect(in);
        if (!in.ok()) return pool_.distrust(worker);
        run->state = Run::State::waiting;
        pool_.set_active(*run, false);
        broker_.on_effect(*run, effect);
    } else if (frame.kind == FrameKind::done && !run->load) {
        const DoneFrame done = read_done(in);
        if (!in.ok()) return pool_.distrust(worker);
        on_done(*run, done);
    } else if (frame.kind == FrameKind::loaded && run->load) {
        on_loaded(*run, in);
    }
}

void Runs::on_answer(Run& run, uint32_t effect, const Answer& answer) {
    run.state = Run::State::running;
    pool_.set_active(run, true);
    AnswerFrame frame;
    frame.effect = effect;
    frame.kind = answer.kind;
    frame.payload = answer.payload;
    FrameWriter out(run.worker->channel().out());
    write(out, run.wire, frame);
    pool_.mark_dirty(*run.worker);
}

void Runs::on_done(Run& run, const DoneFrame& frame) {
    if (frame.status == static_cast<uint8_t>(RunStatus::interrupted)) {
        leave_worker(run, false);
        return interrupted(run, frame.error.empty() ? "the worker process had no memory left for it"
                                                    : std::string(frame.error));
    }
    const auto status = frame.status <= static_cast<uint8_t>(RunStatus::timeout)
                            ? static_cast<RunStatus>(frame.status)
                            : RunStatus::failed;
    if (!run.stalled) behaved(run);
    leave_worker(run, false);
    RunOutcome out = outcome(run, status, std::string(frame.error.substr(0, kMaxErrorBytes)));
    // The worker keeps the limits; this one it cannot break.
    out.output = frame.output.substr(0, size_t(run.request.hook->limits.output) + kSlack);
    if (frame.started_ns != 0) {
        const MonoTime started{std::chrono::nanoseconds(frame.started_ns)};
        out.started = started;
        out.duration = std::chrono::duration_cast<Micros>(
            std::chrono::nanoseconds(std::max(frame.ended_ns - frame.started_ns, int64_t{0})));
    }
    close(run, std::move(out));
}

void Runs::on_loaded(Run& run, FrameReader& in) {
    const bool ok = in.u8() != 0;
    std::string text(in.str());
    leave_worker(run, false);
    if (ok) return end_load(run, std::move(text));
    end_load(run, fail(Code::invalid, "{}", text));
}

void Runs::end_turn() {
    pool_.end_turn();
    if (!outcomes_.empty()) deliver_(std::exchange(outcomes_, {}));
}

}  // namespace sloth
