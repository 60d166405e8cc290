#include "runner/broker.h"

#include "base/json.h"

namespace sloth {

Broker::Broker(std::shared_ptr<Loop> loop, const RunnerOptions& options, Ports ports,
               BrokerEvents& owner)
    : loop_(std::move(loop)),
      events_(ports.events),
      ids_(ports.ids),
      pool_(loop_, options.work_threads),
      http_(loop_, options.http),
      world_{*loop_,        pool_,          ports.workers, http_,  ports.state,
             ports.secrets, ports.watchers, ids_,          options},
      owner_(owner) {}

Result<void> Broker::load_journal(Run& run) {
    SLOTH_TRY(const std::vector<JournalRow> rows, events_.journal(run.delivery_id));
    if (rows.empty()) return {};
    if (!run.delivery) run.delivery = std::make_unique<Delivery>();
    run.delivery->load(rows);
    return {};
}

void Broker::on_effect(Run& run, const EffectFrame& frame) {
    if (!run.delivery) run.delivery = std::make_unique<Delivery>();
    Delivery& delivery = *run.delivery;
    run.waiting = Waiting{};
    run.waiting->effect = frame.effect;
    const EffectHandler* handler = find_effect_handler(frame.kind);
    if (handler == nullptr) {
        return answer(run, raise(fmt::format("this master knows no effect {}", frame.kind)));
    }
    if (run.trace)
        run.trace->begin(handler->name, handler->shown ? frame.args : "[not shown]", loop_->now());
    const Result<Json> args = parse_json(frame.args);
    if (!args || !args->is_array()) {
        return answer(run, raise(fmt::format("{}: arguments that cannot be read{}", handler->name,
                                             args ? "" : ": " + args.error().message)));
    }
    run.waiting->handler = handler;
    run.waiting->key = delivery.next_key(call_fingerprint(*handler, frame.args, *args));
    const CallKey key = run.waiting->key;
    if (const std::string* known = delivery.answer(key)) {
        return answer(run, Answer{AnswerKind::values, *known});
    }
    if (delivery.is_ongoing(key)) return;  // its end answers
    if (handler->outside && delivery.must_flush() && !run.request.dry_run) {
        run.waiting->args = frame.args;
        return flush(run, AfterFlush::start_effect);
    }
    handle(run, *args);
}

void Broker::handle(Run& run, const Json& args) {
    Delivery& delivery = *run.delivery;
    const CallKey key = run.waiting->key;
    const EffectHandler& handler = *run.waiting->handler;
    EffectCall call{run.request,
                    run.delivery_id,
                    key,
                    args,
                    delivery,
                    [this, &run, &handler, key](Answer answer) {
                        finished(run, handler, key, std::move(answer));
                    },
                    run.request.dry_run};
    Reply reply = handler.handle(call, world_);
    if (reply.ongoing) return delivery.add(key, std::move(reply.ongoing));
    if (reply.remember) delivery.remember(key, reply.answer->payload);
    for (InternalEffect& change : reply.changes) delivery.buffer(std::move(change));
    run.waiting->dry = reply.dry || (run.request.dry_run && !reply.changes.empty());
    if (!run.request.dry_run && ((reply.flush && delivery.has_changes()) || delivery.flush_due())) {
        run.waiting->given = std::move(reply.answer);
        return flush(run, AfterFlush::answer);
    }
    answer(run, *reply.answer);
}

void Broker::flush(Run& run, AfterFlush after) {
    run.after = after;
    // The run's slot stays in use until the answer is here, so `run` is safe to keep.
    events_.flush(run.delivery->take_flush(run.delivery_id),
                  [loop = loop_, this, &run](Result<std::vector<std::string>> answers) {
                      loop->post([this, &run, answers = std::move(answers)]() mutable {
                          flushed(run, std::move(answers));
                      });
                  });
}

void Broker::flushed(Run& run, Result<std::vector<std::string>> answers) {
    Delivery& delivery = *run.delivery;
    if (answers) {
        delivery.flushed(*answers);
    } else {
        delivery.flush_failed();
    }
    if (run.after == AfterFlush::place || run.after == AfterFlush::close) {
        return owner_.on_settled(run);
    }
    if (!answers) return flush_refused(run, answers.error());
    if (run.after == AfterFlush::answer) {
        if (run.waiting->given) return answer(run, Answer(*run.waiting->given));
        return answer(run, answers->empty()
                               ? raise("the store gave no answer")
                               : Answer{AnswerKind::values, std::move(answers->back())});
    }
    const Result<Json> args = parse_json(run.waiting->args);
    if (args) return handle(run, *args);
    answer(run, raise(args.error().message));
}

// What the script was told before stays and is tried again with the end record; this call did not
// happen.
void Broker::flush_refused(Run& run, const Error& error) {
    const EffectHandler& handler = *run.waiting->handler;
    run.delivery->drop_change(run.waiting->key);
    answer(run, raise(fmt::format("{}: the changes so far could not be stored: {}", handler.name,
                                  error.message)));
}

// What was done outside is remembered whatever it takes. What was only looked at is looked at again
// if remembering it would take more than the whole log may: a script that rewrites a file cannot
// hand back as much as that, so no rewriting is done twice for it.
void Broker::finished(Run& run, const EffectHandler& handler, const CallKey& key, Answer result) {
    const std::shared_ptr<Ongoing> ended = run.delivery->take_ongoing(key);
    const bool keep = handler.logged && (handler.outside || result.payload.size() <= kMaxLogBytes);
    if (result.kind == AnswerKind::values && keep) run.delivery->remember(key, result.payload);
    // An attempt that was started anew may not have come to this call yet.
    if (run.state != Run::State::waiting || !run.waiting || run.waiting->key != key) return;
    if (run.request.dry_run || !run.delivery->flush_due()) return answer(run, result);
    run.waiting->given = std::move(result);
    flush(run, AfterFlush::answer);
}

// `result` is not the one in run.waiting, which ends here.
void Broker::answer(Run& run, const Answer& result) {
    const uint32_t effect = run.waiting->effect;
    if (run.trace) run.trace->end(result, run.waiting->dry, loop_->now());
    run.waiting.reset();
    owner_.on_answer(run, effect, result);
}

}  // namespace sloth
