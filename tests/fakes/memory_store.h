// The store in memory, with faults on demand: for tests of whatever stands above the store. Passes
// the same contract tests as the real ones. Any thread.
//
//   MemoryStore store(clock);
//   store.fail_next(Code::exhausted);     // the next write is refused, the one after it is not
//   store.hold_commits();                 // writes wait ...
//   store.commit();                       // ... and become durable together, here
//   store.crash();                        // what was not durable is gone; a new epoch begins
//
// By default a write is durable, offered to the ReadyEvents and answered (`done`) before the call
// returns, on the caller's thread: whoever can live with that can live with any other moment.
// Blocking writes (hooks, agents, erase, cleanup) never wait for commit(), but fail_next() hits
// them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ports/agent_store.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/execution_store.h"
#include "ports/hook_store.h"
#include "ports/secret_store.h"
#include "ports/state_store.h"

namespace sloth {

class MemoryStore {
 public:
    explicit MemoryStore(Clock& clock);
    ~MemoryStore();
    MemoryStore(const MemoryStore&) = delete;
    MemoryStore& operator=(const MemoryStore&) = delete;

    EventStore& events();
    HookStore& hooks();
    ExecutionStore& executions();
    StateStore& state();
    AgentStore& agents();
    SecretStore& secrets();

    // Writes wait in the order of their calls, invisible and not durable, until commit().
    void hold_commits();
    // Commits what waits as one group (one commit to fail_next), offers, answers. How many calls.
    size_t commit();
    // Commits what waits, and no longer holds.
    void release_commits();
    size_t waiting() const;  // calls that wait for commit()

    // Writes are durable and offered at once, but their `done` waits until deliver().
    void hold_done();
    size_t deliver();
    void release_done();

    // The nth commit from now fails. exhausted (or failed): only that one, nothing of it is stored.
    // corrupt: it and every later one, until crash().
    void fail_next(Code code, int nth = 1);
    bool healthy() const;

    // The process died: writes that wait are lost, answers that wait are never given, nothing is
    // held, there is no ReadyEvents, the epoch is a new one. The ports stay valid and are those of
    // the next life.
    void crash();

    // What is durable.
    size_t commits() const;
    std::vector<Event> all_events() const;          // by seq
    std::vector<Execution> all_executions() const;  // by id
    std::vector<int64_t> held() const;              // seqs, sorted
    size_t journal_rows() const;

 private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace sloth
