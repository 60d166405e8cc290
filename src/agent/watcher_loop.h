// The agent's watchers: looks when the kernel or the interval says so, numbers what was found, and
// stores it, everything of one pass in one commit. Belongs to the agent's thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/clock_jumps.h"
#include "agent/doubts.h"
#include "base/log.h"
#include "base/uuid.h"
#include "ports/clock.h"
#include "ports/watcher_store.h"
#include "watch/watchers.h"

namespace sloth {

class WatcherLoop {
 public:
    struct Options {
        std::string agent;
        Micros retry_after = 1s;        // when the disk did not take what was found
        Micros save_after = 5s;         // for baselines that no one would miss
        Micros save_looks_after = 15s;  // how far a killed agent's doubts may reach too far back
    };

    WatcherLoop(Options options, WatcherStore& store, Notifier& notifier, Machine& machine,
                Clock& clock, UuidGenerator uuids, Log& log);

    // Once, first: what is stored goes on, and is looked at in the next step().
    Result<void> load();

    // One pass. True if events were stored. Only a store that cannot be trusted any more is an
    // error; when there is no room, nothing is lost and it is tried again.
    Result<bool> step();
    MonoTime next() const;
    // What may wait is stored now: the agent ends.
    void save();

    // Stores one event of it and a doubt for each watcher, and has all of them looked at. What is
    // not stored has to be tried again.
    Result<void> tell(const ClockJump& jump);

    // What operators ask. A watcher that is returned is stored and at work.
    // By the id and the revision in `spec`: made, changed to it, or the one that it is already.
    // Code::conflict if it is newer here, or another one of this revision, or another has its
    // label.
    Result<WatcherSpec> put(WatcherSpec spec);
    Result<WatcherSpec> erase(const std::string& id);
    // By id, label, or a unique prefix of the id, with or without "watcher-".
    Result<WatcherSpec> find(std::string_view ref) const;
    std::vector<WatcherSpec> list() const;
    Result<WatcherRecord> record(const std::string& id) const;

    Event make_event(std::string type, std::string data, std::string stack);

 private:
    struct Watching {
        WatcherSpec spec;
        std::unique_ptr<Watcher> watcher;  // none while it is disabled or cannot be made
        MonoTime due = MonoTime::max();
        MonoTime interval_due = MonoTime::max();
        bool unsaved = false;                     // the baseline
        bool unaccepted = false;                  // what the last check saw: not to be saved yet
        bool look_unsaved = false;                // `looked`
        int64_t sequence = 0;                     // of the last event that is stored
        WallTime looked{};                        // when the last complete look began
        std::optional<WallTime> look_began = {};  // of the one that is under way
        std::vector<Blind> blinds = {};
    };
    struct Found {
        uint64_t owner = 0;
        Observation observation;
    };

    void take_notices(MonoTime now);
    Result<void> start(uint64_t owner, Watching& watching, std::optional<std::string> baseline);
    std::optional<Found> look(uint64_t owner, Watching& watching, MonoTime now);
    void take_trouble(Watching& watching, Check& check);
    // Its last look failed: what the next one sees may have happened long before.
    static bool could_not_look(const Watching& watching);
    // What changes from its beginning on is for the next one.
    void finish_look(Watching& watching, WallTime began);
    Found observe(uint64_t owner, Watching& watching, Check check, MonoTime now);
    // An error if the event would be refused everywhere; then it has no number.
    Result<void> add_event(Watching& watching, Sighting sighting, Observation& observation);
    Result<bool> store(std::vector<Found> found, MonoTime now);
    Result<WatcherSpec> create(WatcherSpec spec);
    Result<WatcherSpec> replace(uint64_t owner, WatcherSpec spec);
    WatcherContext context(uint64_t owner) const {
        return {notifier_, machine_, options_.agent, owner};
    }
    void note_error(Watching& watching, const Error& error);
    uint64_t owner_of(const std::string& id) const;  // 0: none

    const Options options_;
    WatcherStore& store_;
    Notifier& notifier_;
    Machine& machine_;
    Clock& clock_;
    UuidGenerator uuids_;
    Log& log_;
    std::map<uint64_t, Watching> watching_;  // by owner number, so in the order of creation
    uint64_t last_owner_ = 0;
    bool unaided_told_ = false;  // once for all: it is a limit of the machine
    MonoTime save_at_ = MonoTime::max();
};

}  // namespace sloth
