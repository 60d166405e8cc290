#include "agent/watcher_loop.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "watch/pace.h"

namespace sloth {
namespace {

// Whether it is up to date with its target: there is not more to be told at once.
bool is_whole(const Check& check, MonoTime now) { return !check.again || *check.again > now; }

constexpr std::string_view kCouldNotLook = "it could not look";

}  // namespace

WatcherLoop::WatcherLoop(Options options, WatcherStore& store, Notifier& notifier, Machine& machine,
                         Clock& clock, UuidGenerator uuids, Log& log)
    : options_(std::move(options)),
      store_(store),
      notifier_(notifier),
      machine_(machine),
      clock_(clock),
      uuids_(std::move(uuids)),
      log_(log) {}

Result<void> WatcherLoop::load() {
    SLOTH_TRY(std::vector<WatcherSpec> specs, store_.watchers());
    for (WatcherSpec& spec : specs) {
        SLOTH_TRY(std::optional<std::string> baseline, store_.baseline(spec.id));
        SLOTH_TRY(const WatcherRecord record, store_.record(spec.id));
        const uint64_t owner = ++last_owner_;
        Watching& watching = watching_[owner];
        watching.spec = std::move(spec);
        watching.sequence = record.sequence;
        watching.looked = record.until;
        if (watching.spec.enabled) {
            watching.blinds.push_back({record.until, "the agent was not running"});
        }
        if (auto started = start(owner, watching, std::move(baseline)); !started) {
            note_error(watching, started.error());
        }
    }
    log_.info("watchers_loaded", {{"count", watching_.size()}});
    return {};
}

Result<void> WatcherLoop::start(uint64_t owner, Watching& watching,
                                std::optional<std::string> baseline) {
    watching.watcher.reset();
    watching.unaccepted = false;
    watching.look_began.reset();
    watching.due = watching.interval_due = MonoTime::max();
    if (!watching.spec.enabled) return {};
    SLOTH_TRY(watching.watcher, make_watcher(watching.spec, std::move(baseline), context(owner)));
    watching.due = watching.interval_due = clock_.mono();
    return {};
}

void WatcherLoop::take_notices(MonoTime now) {
    for (const Notice& notice : notifier_.read()) {
        const auto it = watching_.find(notice.owner);
        if (it == watching_.end() || !it->second.watcher) continue;
        Watching& watching = it->second;
        const auto due = watching.watcher->notice(notice, now);
        // The last notice of a burst decides, and the interval never comes later than it should.
        if (due) watching.due = std::min(*due, watching.interval_due);
    }
}

Result<bool> WatcherLoop::step() {
    const MonoTime now = clock_.mono();
    take_notices(now);
    std::vector<Found> found;
    for (auto& [owner, watching] : watching_) {
        if (!watching.watcher || watching.due > now) continue;
        if (auto observed = look(owner, watching, now)) found.push_back(std::move(*observed));
    }
    bool events = false;
    if (!found.empty()) {
        SLOTH_TRY(events, store(std::move(found), now));
    }
    if (now >= save_at_) save();
    return events;
}

// One look. What it found is not accepted by the watcher before it is stored.
std::optional<WatcherLoop::Found> WatcherLoop::look(uint64_t owner, Watching& watching,
                                                    MonoTime now) {
    if (now >= watching.interval_due) watching.interval_due = next_look(watching.spec, now);
    watching.due = watching.interval_due;
    watching.spec.last_check = clock_.wall();
    if (!watching.look_began) watching.look_began = watching.spec.last_check;
    auto check = watching.watcher->check(now);
    if (!check) {
        watching.look_began.reset();
        add_blind(watching.blinds, {watching.looked, std::string(kCouldNotLook)});
        note_error(watching, check.error());
        return {};
    }
    watching.unaccepted = true;
    take_trouble(watching, *check);
    if (check->again) {
        watching.due = std::min(watching.due, *check->again);
        if (check->save == Check::Save::no) return {};  // under way: what was wrong may be still
    }
    watching.spec.last_error = std::move(check->hindrance);
    if (check->save == Check::Save::now || !watching.blinds.empty()) {
        return observe(owner, watching, std::move(*check), now);
    }
    watching.watcher->accept();
    watching.unaccepted = false;
    if (check->save == Check::Save::later) {
        watching.unsaved = true;
        save_at_ = std::min(save_at_, now + options_.save_after);
    }
    if (is_whole(*check, now)) {
        finish_look(watching, *watching.look_began);
        watching.look_unsaved = true;
        save_at_ = std::min(save_at_, now + options_.save_looks_after);
    }
    return {};
}

void WatcherLoop::take_trouble(Watching& watching, Check& check) {
    if (!check.gap.empty()) {
        add_blind(watching.blinds, {watching.looked, std::move(check.gap), /*tell=*/true});
    }
    if (!check.unaided.empty() && !std::exchange(unaided_told_, true)) {
        log_.warn("watching_by_interval_only",
                  {{"watcher", watching.spec.id}, {"reason", check.unaided}});
    }
}

bool WatcherLoop::could_not_look(const Watching& watching) {
    return std::ranges::find(watching.blinds, kCouldNotLook, &Blind::reason) !=
           watching.blinds.end();
}

void WatcherLoop::finish_look(Watching& watching, WallTime began) {
    watching.looked = began;
    watching.look_began.reset();
    watching.look_unsaved = false;
}

WatcherLoop::Found WatcherLoop::observe(uint64_t owner, Watching& watching, Check check,
                                        MonoTime now) {
    Found found{owner, {watching.spec.id, std::nullopt, {}}};
    if (is_whole(check, now)) found.observation.looked = watching.look_began;
    if (check.save != Check::Save::no) found.observation.baseline = watching.watcher->baseline();
    const WallTime wall = clock_.wall();
    const bool was_blind = could_not_look(watching);
    for (Sighting& sighting : check.sightings) {
        if (sighting.inferred || was_blind) add_inferred(sighting.data, watching.looked, wall);
        if (auto added = add_event(watching, std::move(sighting), found.observation); !added) {
            log_.error("watcher_event_refused",
                       {{"watcher", watching.spec.id}, {"reason", added.error().message}});
            add_blind(watching.blinds,
                      {watching.looked, "what it saw does not fit into an event", /*tell=*/true});
        }
    }
    for (const Blind& blind : watching.blinds) {
        WatcherDoubt doubt = make_doubt(blind.from, wall, blind.reason);
        if (blind.tell) {
            Sighting gap{"watcher.gap", gap_data(watching.spec, options_.agent, doubt)};
            (void)add_event(watching, std::move(gap), found.observation);  // small, and ours
        }
        found.observation.doubts.push_back(std::move(doubt));
    }
    return found;
}

Result<void> WatcherLoop::add_event(Watching& watching, Sighting sighting,
                                    Observation& observation) {
    add_number(sighting.data, store_.epoch(),
               watching.sequence + int64_t(observation.events.size()) + 1);
    Event event =
        make_event(std::move(sighting.type), std::move(sighting.data), watching.spec.stack);
    SLOTH_TRY_VOID(validate(event));
    observation.events.push_back(std::move(event));
    return {};
}

Result<bool> WatcherLoop::store(std::vector<Found> found, MonoTime now) {
    std::vector<Observation> observations;
    bool events = false;
    for (Found& one : found) {
        events = events || !one.observation.events.empty();
        observations.push_back(std::move(one.observation));
    }
    if (auto stored = store_.store(observations); !stored) {
        if (stored.error().code == Code::corrupt) return fail_with(std::move(stored.error()));
        log_.warn("observations_not_stored", {{"reason", stored.error().message}});
        for (const Found& one : found) {
            Watching& watching = watching_.at(one.owner);
            watching.due = now + options_.retry_after;
            watching.spec.last_error = stored.error().message;
        }
        return false;
    }
    for (size_t i = 0; i < found.size(); ++i) {
        Watching& watching = watching_.at(found[i].owner);
        watching.watcher->accept();
        watching.unaccepted = false;
        watching.blinds.clear();
        if (observations[i].looked) finish_look(watching, *observations[i].looked);
        const auto& made = observations[i].events;
        if (observations[i].baseline) watching.unsaved = false;
        if (!made.empty()) watching.spec.last_event = made.back().timestamp;
        watching.sequence += int64_t(made.size());
    }
    return events;
}

void WatcherLoop::save() {
    const MonoTime again = clock_.mono() + options_.save_after;
    save_at_ = MonoTime::max();
    std::vector<Observation> baselines;
    std::vector<WatcherLook> looks;
    std::vector<Watching*> saved;
    for (auto& [_, watching] : watching_) {
        if (!watching.watcher) watching.unsaved = false;
        if (!watching.unsaved && !watching.look_unsaved) continue;
        if (watching.unaccepted) {
            // Its baseline holds what is not in the outbox yet: saved now, that would be lost.
            save_at_ = again;
            continue;
        }
        if (watching.unsaved) {
            baselines.push_back(
                {watching.spec.id, watching.watcher->baseline(), {}, watching.looked});
        } else {
            looks.push_back({watching.spec.id, watching.looked});
        }
        saved.push_back(&watching);
    }
    auto stored = store_.store(baselines);
    if (stored) stored = store_.looked(looks);
    if (!stored) {
        log_.warn("baselines_not_stored", {{"reason", stored.error().message}});
        save_at_ = again;
        return;
    }
    for (Watching* watching : saved) watching->unsaved = watching->look_unsaved = false;
}

Result<void> WatcherLoop::tell(const ClockJump& jump) {
    std::vector<Observation> observations;
    for (auto& [_, watching] : watching_) {
        if (!watching.watcher) continue;
        observations.push_back({watching.spec.id, std::nullopt, {}, {}, {}});
        observations.back().doubts.push_back(make_doubt(jump.from, jump.to, jump.reason()));
    }
    const Json data{{"agent", options_.agent},       {"reason", jump.reason()},
                    {"jumped", jump.length()},       {"from", format_rfc3339(jump.from)},
                    {"to", format_rfc3339(jump.to)}, {"watchers", observations.size()}};
    observations.push_back({"", {}, {make_event("watcher.gap", dump_json(data), "")}});
    SLOTH_TRY_VOID(store_.store(observations));
    const MonoTime now = clock_.mono();
    for (auto& [_, watching] : watching_) {
        if (watching.watcher) watching.due = std::min(watching.due, now);
    }
    return {};
}

MonoTime WatcherLoop::next() const {
    MonoTime next = save_at_;
    for (const auto& [_, watching] : watching_) next = std::min(next, watching.due);
    return next;
}

void WatcherLoop::note_error(Watching& watching, const Error& error) {
    if (watching.spec.last_error == error.message) return;
    watching.spec.last_error = error.message;
    log_.warn("watcher_cannot_watch", {{"watcher", watching.spec.id}, {"reason", error.message}});
}

Event WatcherLoop::make_event(std::string type, std::string data, std::string stack) {
    const WallTime now = clock_.wall();
    return Event{.id = uuids_.next(now),
                 .type = std::move(type),
                 .stack = std::move(stack),
                 .agent = options_.agent,
                 .source = "agent:" + options_.agent,
                 .data = std::move(data),
                 .timestamp = now};
}

}  // namespace sloth
