// What hooks ask about the watchers of agents. Any thread; nothing here blocks. `done` is called
// once, on any thread, perhaps before the call returns. Adapter: server/watcher_desk; fake:
// tests/fakes/fake_watcher_control.h.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace sloth {

class WatcherControl {
 public:
    using Done = std::function<void(Result<std::string>)>;

    virtual ~WatcherControl() = default;

    // `spec`: a JSON object as domain/watcher_spec.h has it, without an id. A watcher with the same
    // label, or without labels one of the same type and target, is changed to it instead, so that a
    // hook that runs twice makes one watcher. Answers its id. An agent that is not connected gets
    // it when it returns; Code::not_found for one that was never known, Code::invalid for a spec
    // that no agent would take, or the agent's own refusal.
    virtual void put(std::string agent, std::string spec, Done done) = 0;

    // `ref`: an id, a unique prefix of one, or a label. Answers the id. Code::not_found.
    virtual void remove(std::string agent, std::string ref, Done done) = 0;
};

}  // namespace sloth
