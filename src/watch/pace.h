// When a watcher looks, told by its interval and its id alone. Pure.
//
// A thousand watchers of the same interval are spread over it, so that they do not all look at the
// same moment; but over few moments, since waking up costs more than looking. Watchers that share a
// reading of the machine all look at the same one, so that it is taken once for all of them.
#pragma once

#include "base/time.h"
#include "domain/watcher_spec.h"

namespace sloth {

// The first moment after `now` at which it is the watcher's turn: at most one interval away.
MonoTime next_look(const WatcherSpec& spec, MonoTime now);

}  // namespace sloth
