// What happened, for metrics, the live feed and waiters. The one port with empty defaults: an
// observer can never fail or slow the event. Called on the engine's thread; implementations must
// only take note.
#pragma once

#include "domain/event.h"
#include "domain/execution.h"
#include "ports/event_store.h"

namespace sloth {

class Observer {
 public:
    virtual ~Observer() = default;
    virtual void run_started(const Event&, MonoTime /*first instruction*/) {}
    virtual void run_recorded(const Execution&) {}  // durable
    // Durable. The event is as it was accepted; what became of it is in the finish.
    virtual void event_finished(const Event&, const EventFinish&) {}
};

}  // namespace sloth
