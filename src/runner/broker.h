// What runs ask of the world, done: recalls recorded answers, buffers changes and flushes them in
// time, starts effects and hands their answers back. Source: architecture.md 3, "Deliveries".
// Runner's thread only; the store's answers come back to it by the loop.
#pragma once

#include <memory>

#include "ports/event_store.h"
#include "ports/secret_store.h"
#include "runner/effects/effect.h"
#include "runner/http/http_client.h"
#include "runner/run.h"

namespace sloth {

class BrokerEvents {
 public:
    virtual ~BrokerEvents() = default;
    virtual void on_answer(Run& run, uint32_t effect, const Answer& answer) = 0;
    // A flush is over and Run::after says `place` or `close`.
    virtual void on_settled(Run& run) = 0;
};

class Broker {
 public:
    struct Ports {
        EventStore& events;
        StateStore& state;
        SecretStore& secrets;
        WatcherControl& watchers;
        WorkerSource& workers;
        UuidGenerator ids;
    };

    Broker(std::shared_ptr<Loop> loop, const RunnerOptions& options, Ports ports,
           BrokerEvents& owner);

    // Of the run's current incarnation; it waits from now on.
    void on_effect(Run& run, const EffectFrame& frame);

    // Brings back what an earlier attempt has left in the store. A short read.
    Result<void> load_journal(Run& run);

 private:
    void handle(Run& run, const Json& args);
    void flush(Run& run, AfterFlush after);
    void flushed(Run& run, Result<std::vector<std::string>> answers);
    void flush_refused(Run& run, const Error& error);
    void finished(Run& run, const EffectHandler& handler, const CallKey& key, Answer answer);
    void answer(Run& run, const Answer& answer);

    std::shared_ptr<Loop> loop_;
    EventStore& events_;
    UuidGenerator ids_;
    WorkPool pool_;
    HttpClient http_;
    EffectWorld world_;
    BrokerEvents& owner_;
};

}  // namespace sloth
