// How runs end, and how those that did not are started again.
#include <algorithm>

#include "runner/runs.h"

namespace sloth {

RunOutcome Runs::outcome(const Run& run, RunStatus status, std::string error) const {
    const MonoTime now = loop_->now();
    RunOutcome out;
    out.run = run.request.run;
    out.attempt = run.attempt;
    out.status = status;
    out.error = std::move(error);
    out.started = run.sent == MonoTime{} ? now : run.sent;
    out.executed_at = run.sent == MonoTime{} ? loop_->clock().wall() : run.executed_at;
    out.duration = std::chrono::duration_cast<Micros>(now - out.started);
    if (status == RunStatus::timeout && !out.error.starts_with("timed out")) {
        out.error = "timed out after " + format_duration(run.request.hook->limits.timeout);
    }
    return out;
}

// With `cancel` the worker is told to forget the run.
void Runs::leave_worker(Run& run, bool cancel) {
    if (run.worker == nullptr) return;
    loop_->cancel(run.timer);
    if (cancel) {
        run.worker->cancel(run.wire);
        pool_.mark_dirty(*run.worker);
    }
    run.wire = 0;
    pool_.detach(run);
    if (!run.alone) return;
    if (!run.load) alone_now_.erase(run.request.hook->key);
    if (!solo_queue_.empty()) loop_->post([this] { drain_queues(); });
}

// Ends what is under way outside and says what nobody will know the outcome of.
std::string Runs::cut_off(Run& run) {
    std::string out;
    if (!run.delivery) return out;
    for (const auto& ongoing : run.delivery->take_all_ongoing()) {
        const std::string what = ongoing->describe();
        if (what.empty()) continue;
        out += out.empty() ? "; outcome unknown: " : ", ";
        out += what;
    }
    return out;
}

// The last outcome of a run that is in no worker. If a flush is on its way, what it comes to
// decides what is left to commit with the record.
void Runs::close(Run& run, RunOutcome outcome) {
    outcome.error += cut_off(run);
    if (run.delivery && run.delivery->flushing()) {
        run.state = Run::State::settling;
        run.after = AfterFlush::close;
        run.waiting.reset();
        run.ending = std::move(outcome);
        return;
    }
    emit(run, std::move(outcome));
}

void Runs::emit(Run& run, RunOutcome outcome) {
    if (run.delivery) {
        outcome.output = run.delivery->redact(std::move(outcome.output));
        outcome.error = run.delivery->redact(std::move(outcome.error));
    }
    if (run.trace) {
        outcome.trace = run.trace->take();
        for (EffectTrace& call : outcome.trace) {
            if (!run.delivery) break;
            call.arguments = run.delivery->redact(std::move(call.arguments));
            call.result = run.delivery->redact(std::move(call.result));
        }
    }
    if (outcome.handed_back) {
        outcome.effects.delivery_id = run.delivery_id;
        if (run.delivery) outcome.effects.answers = run.delivery->unsaved();
    } else if (run.delivery) {
        outcome.effects = run.delivery->final_batch(run.delivery_id);
    } else {
        outcome.effects.delivery_id = std::move(run.delivery_id);
        outcome.effects.journal = false;
    }
    outcomes_.push_back(std::move(outcome));
    free_slot(run);
    loop_->touch();
}

void Runs::on_settled(Run& run) {
    if (run.after == AfterFlush::close) return emit(run, std::move(*run.ending));
    restart(run);
}

void Runs::interrupted(Run& run, const std::string& how) {
    ++run.interruptions;
    if (run.load) {
        if (run.interruptions == 1) return restart(run);
        return end_load(run, fail(Code::invalid, "{}: loading it ended its worker twice: {}",
                                  run.load->chunk_name, how));
    }
    if (run.interruptions > options_.max_interruptions) {
        return close(run, outcome(run, RunStatus::failed,
                                  fmt::format("its worker process died {} times: {}",
                                              run.interruptions, how)));
    }
    RunOutcome attempt = outcome(run, RunStatus::interrupted, how);
    attempt.last = false;
    attempt.effects.delivery_id = run.delivery_id;
    outcomes_.push_back(std::move(attempt));
    loop_->touch();
    ++run.attempt;
    run.sent = {};
    run.remaining = run.request.hook->limits.timeout;
    restart(run);
}

// To another worker, as if nothing had happened: it was never its fault.
void Runs::move(Run& run, Micros stall) {
    run.remaining = std::chrono::duration_cast<Micros>(run.deadline - loop_->now()) + stall;
    leave_worker(run, true);
    restart(run);
}

void Runs::restart(Run& run) {
    run.waiting.reset();
    if (run.delivery && run.delivery->flushing()) {
        // What is on its way to the store will be durable: the next attempt has to know.
        run.delivery->restart();
        run.state = Run::State::settling;
        run.after = AfterFlush::place;
        return;
    }
    if (run.delivery) {
        run.delivery->restart();
        if (run.delivery->needs_journal()) {
            if (const Result<void> loaded = broker_.load_journal(run); !loaded) {
                return close(run, outcome(run, RunStatus::failed,
                                          "its journal cannot be read: " + loaded.error().message));
            }
        }
    }
    place(run);
}

void Runs::on_gone(Worker& worker, const std::string& how) {
    // Whose slice was on is the likeliest cause; it runs alone until it has behaved.
    if (const Run* culprit = find(worker.slice().run)) suspect(*culprit);
    const std::vector<Run*> runs = worker.runs;
    for (Run* run : runs) leave_worker(*run, false);
    for (Run* run : runs) interrupted(*run, how);
}

void Runs::on_stalled(Worker& worker, uint64_t wire, Micros so_far) {
    Run* culprit = find(wire);
    if (culprit != nullptr) {
        culprit->stalled = true;
        suspect(*culprit);
    }
    const std::vector<Run*> runs = worker.runs;
    for (Run* run : runs) {
        if (run != culprit) move(*run, so_far);
    }
    // A run that is over for us: nothing is lost with its worker.
    if (culprit == nullptr) pool_.kill(worker);
}

void Runs::on_deadline(Run& run) {
    if (run.worker == nullptr) return no_worker(run);
    Worker& worker = *run.worker;
    if (run.state == Run::State::waiting || worker.gone) return time_out(run, true);
    if (worker.stalled) return kill_worker_of(run);
    if (!run.overdue) {
        run.overdue = true;
        loop_->set_timer(run.timer, loop_->now() + options_.stuck_grace);
        return;
    }
    if (worker.slice().run == run.wire) return kill_worker_of(run);
    time_out(run, true);
}

void Runs::no_worker(Run& run) {
    std::erase(run.alone ? solo_queue_ : queue_, &run);
    std::string why = "no worker process could be started: " + pool_.spawn_error();
    if (run.load) return end_load(run, fail(Code::failed, "{}", why));
    close(run, outcome(run, RunStatus::failed, std::move(why)));
}

void Runs::kill_worker_of(Run& culprit) {
    Worker& worker = *culprit.worker;
    suspect(culprit);
    const std::vector<Run*> runs = worker.runs;
    for (Run* run : runs) {
        if (run != &culprit) move(*run, Micros{});
    }
    log_.warn("worker_killed",
              {{"pid", worker.process().pid},
               {"hook", culprit.load ? culprit.load->chunk_name : culprit.request.hook->name}});
    leave_worker(culprit, false);
    pool_.kill(worker);
    time_out(culprit, false);
}

void Runs::time_out(Run& run, bool cancel) {
    leave_worker(run, cancel);
    if (run.load) {
        return end_load(run, fail(Code::invalid, "{}: loading it took longer than {}",
                                  run.load->chunk_name, format_duration(options_.load_limit)));
    }
    close(run, outcome(run, RunStatus::timeout, {}));
}

void Runs::end_load(Run& run, Result<std::string> result) {
    HookRunner::Loaded done = std::move(run.load->done);
    if (run.worker == nullptr) free_slot(run);
    done(std::move(result));
}

void Runs::suspect(const Run& run) {
    if (!run.load) suspects_.insert(run.request.hook->key);
}

void Runs::behaved(const Run& run) {
    if (!run.alone || suspects_.erase(run.request.hook->key) == 0) return;
    // Those of the same hook that wait for a worker of their own need none any more.
    loop_->post([this] { drain_queues(); });
}

void Runs::hand_back(Run& run) {
    leave_worker(run, true);
    if (run.load) return end_load(run, fail(Code::failed, "the runner is shutting down"));
    if (run.state == Run::State::settling && run.after == AfterFlush::close) return;
    RunOutcome out = outcome(run, RunStatus::interrupted, "handed back: the runner is stopping");
    out.last = false;
    out.handed_back = true;
    close(run, std::move(out));
}

void Runs::hand_back() {
    queue_.clear();
    solo_queue_.clear();
    for (size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i]->state != Run::State::free) hand_back(*slots_[i]);
    }
}

}  // namespace sloth
