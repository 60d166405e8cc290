// One thing that an agent watches. It looks when it is told to, compares with what it saw last, and
// says what happened in between. Belongs to the agent's thread. One implementation a file; the
// table of them is watch/watchers.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "watch/notifier.h"

namespace sloth {

struct Sighting {
    std::string type;  // of the event
    std::string data;  // its JSON object
    // Found against a baseline of an earlier life: it happened while nobody looked. The agent adds
    // `inferred` and the span of time in which it may have happened.
    bool inferred = false;

    bool operator==(const Sighting&) const = default;
};

struct Check {
    // Whether what it has seen must be stored: `later` for what no one would miss after a crash.
    enum class Save : uint8_t { no, later, now };

    std::vector<Sighting> sightings;
    Save save = Save::no;
    // Look again then, however long the interval is. Without something to save it is not done yet:
    // nothing is accepted; otherwise there is more, after this is stored.
    std::optional<MonoTime> again;
    // Why it sees less than it is asked for ("there is no such file yet"). Empty: nothing hinders
    // it.
    std::string hindrance;
    std::string unaided;  // why the kernel tells nothing and only the interval looks
    // Why something that lasted only for a moment may have been missed since the check before
    // ("the kernel's queue overflowed"). Empty: nothing was.
    std::string gap;
};

class Watcher {
 public:
    virtual ~Watcher() = default;

    // The kernel told something. When to look because of it; nothing if it does not matter.
    virtual std::optional<MonoTime> notice(const Notice& notice, MonoTime now) = 0;

    // Looks, in bounded time. An error means that nothing can be said now: what was seen last stays
    // as it is.
    virtual Result<Check> check(MonoTime now) = 0;

    // What the last check saw, as JSON for the next start; nothing before the first one.
    virtual std::string baseline() const = 0;

    // What the last check said is stored: from now on it compares with what it saw then. Until this
    // is called every check finds the same again.
    virtual void accept() = 0;
};

}  // namespace sloth
