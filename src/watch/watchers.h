// Every watcher that an agent can run: one sorted table. To add one: write watch/<type>.cc and its
// test, add a row here and one in domain/watcher_spec.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "domain/watcher_spec.h"
#include "watch/watcher.h"

namespace sloth {

struct WatcherContext {
    Notifier& notifier;
    std::string agent;
    uint64_t owner = 0;  // comes back in the Notices that are for it
};

// `spec` must be valid. Code::invalid for a type that is not in the table.
Result<std::unique_ptr<Watcher>> make_watcher(const WatcherSpec& spec,
                                              std::optional<std::string> baseline,
                                              const WatcherContext& context);

}  // namespace sloth
