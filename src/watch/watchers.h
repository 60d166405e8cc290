// Every watcher that an agent can run: one sorted table. To add one: write watch/<type>.cc and its
// test, add a row here and one in domain/watcher_types.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "domain/watcher_spec.h"
#include "watch/event_data.h"
#include "watch/machine.h"
#include "watch/watcher.h"

namespace sloth {

// All outlive the watcher.
struct WatcherContext {
    Notifier& notifier;
    Machine& machine;
    std::string agent;
    uint64_t owner = 0;  // comes back in the Notices that are for it

    Origin origin(const WatcherSpec& spec) const { return {spec.id, agent}; }
};

// `spec` must be valid. Code::invalid for a type that is not in the table, and for what only shows
// when it is built: a bad pattern, an unknown user.
Result<std::unique_ptr<Watcher>> make_watcher(const WatcherSpec& spec,
                                              std::optional<std::string> baseline,
                                              const WatcherContext& context);

// Can this be watched on this machine? Asked before a watcher is created or changed: what is wrong
// now would otherwise show only in the list of watchers. Code::invalid or Code::not_found; what may
// still come into being is no error.
Result<void> probe(const WatcherSpec& spec, const WatcherContext& context);

}  // namespace sloth
