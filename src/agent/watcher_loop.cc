#include "agent/watcher_loop.h"

#include <algorithm>
#include <utility>

#include "watch/pace.h"

namespace sloth {
namespace {

constexpr std::string_view kIdPrefix = "watcher-";
constexpr size_t kMaxWatchers = 10'000;

void mark_inferred(std::string& data) {
    data.pop_back();
    data += data.size() > 1 ? ",\"inferred\":true}" : "\"inferred\":true}";
}

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
        const uint64_t owner = ++last_owner_;
        Watching& watching = watching_[owner];
        watching.spec = std::move(spec);
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
    if (now >= save_at_) save_baselines();
    if (found.empty()) return false;
    return store(std::move(found), now);
}

// One look. What it found is not accepted by the watcher before it is stored.
std::optional<WatcherLoop::Found> WatcherLoop::look(uint64_t owner, Watching& watching,
                                                    MonoTime now) {
    if (now >= watching.interval_due) watching.interval_due = next_look(watching.spec, now);
    watching.due = watching.interval_due;
    watching.spec.last_check = clock_.wall();
    auto check = watching.watcher->check(now);
    if (!check) {
        note_error(watching, check.error());
        return {};
    }
    watching.spec.last_error.clear();
    if (!check->unaided.empty() && !std::exchange(unaided_told_, true)) {
        log_.warn("watching_by_interval_only",
                  {{"watcher", watching.spec.id}, {"reason", check->unaided}});
    }
    if (check->again) {
        watching.due = std::min(watching.due, *check->again);
        if (check->save == Check::Save::no) return {};
    }
    if (check->save != Check::Save::now) {
        watching.watcher->accept();
        if (check->save == Check::Save::later) {
            watching.unsaved = true;
            save_at_ = std::min(save_at_, now + options_.save_after);
        }
        return {};
    }
    Found found{owner, {watching.spec.id, watching.watcher->baseline(), {}}};
    for (Sighting& sighting : check->sightings) {
        if (sighting.inferred) mark_inferred(sighting.data);
        Event event =
            make_event(std::move(sighting.type), std::move(sighting.data), watching.spec.stack);
        if (auto valid = validate(event); !valid) {
            log_.error("watcher_event_refused",
                       {{"watcher", watching.spec.id}, {"reason", valid.error().message}});
            continue;
        }
        found.observation.events.push_back(std::move(event));
    }
    return found;
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
        watching.unsaved = false;
        const auto& made = observations[i].events;
        if (!made.empty()) watching.spec.last_event = made.back().timestamp;
    }
    return events;
}

void WatcherLoop::save_baselines() {
    save_at_ = MonoTime::max();
    std::vector<Observation> observations;
    for (auto& [_, watching] : watching_) {
        if (!watching.unsaved || !watching.watcher) continue;
        observations.push_back({watching.spec.id, watching.watcher->baseline(), {}});
        watching.unsaved = false;
    }
    if (observations.empty()) return;
    if (auto stored = store_.store(observations); !stored) {
        log_.warn("baselines_not_stored", {{"reason", stored.error().message}});
    }
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

Result<WatcherSpec> WatcherLoop::create(WatcherSpec spec) {
    if (watching_.size() >= kMaxWatchers) {
        return fail(Code::exhausted, "create a watcher: the agent has {} already", kMaxWatchers);
    }
    const WallTime now = clock_.wall();
    spec.id = std::string(kIdPrefix) + uuids_.next(now);
    spec.created_at = now;
    spec.last_check.reset();
    spec.last_event.reset();
    spec.last_error.clear();
    SLOTH_TRY_VOID(validate(spec));
    SLOTH_TRY_VOID(probe(spec, context(0)));
    SLOTH_TRY_VOID(store_.save(spec));
    const uint64_t owner = ++last_owner_;
    Watching& watching = watching_[owner];
    watching.spec = std::move(spec);
    if (auto started = start(owner, watching, {}); !started) {
        note_error(watching, started.error());
    }
    // What is there now is the baseline: a change right after the answer is one already.
    SLOTH_TRY_VOID(step());
    return watching.spec;
}

Result<WatcherSpec> WatcherLoop::replace(const WatcherSpec& spec) {
    SLOTH_TRY_VOID(validate(spec));
    const uint64_t owner = owner_of(spec.id);
    if (owner == 0) return fail(Code::not_found, "no watcher with the id '{}'", spec.id);
    SLOTH_TRY_VOID(probe(spec, context(0)));
    Watching& watching = watching_.at(owner);
    std::optional<std::string> baseline;
    if (watching.spec.enabled && spec.enabled && watching.watcher) {
        baseline = watching.watcher->baseline();
    } else {
        // What happens while it is off is not its business: it begins anew.
        const Observation forget{spec.id, "", {}};
        SLOTH_TRY_VOID(store_.store({&forget, 1}));
    }
    SLOTH_TRY_VOID(store_.save(spec));
    watching.spec = spec;
    watching.spec.last_error.clear();
    if (auto started = start(owner, watching, std::move(baseline)); !started) {
        note_error(watching, started.error());
    }
    SLOTH_TRY_VOID(step());
    return watching.spec;
}

Result<WatcherSpec> WatcherLoop::erase(const std::string& id) {
    const uint64_t owner = owner_of(id);
    if (owner == 0) return fail(Code::not_found, "no watcher with the id '{}'", id);
    SLOTH_TRY_VOID(store_.erase(id));
    WatcherSpec spec = std::move(watching_.at(owner).spec);
    watching_.erase(owner);
    return spec;
}

uint64_t WatcherLoop::owner_of(const std::string& id) const {
    for (const auto& [owner, watching] : watching_) {
        if (watching.spec.id == id) return owner;
    }
    return 0;
}

Result<WatcherSpec> WatcherLoop::find(std::string_view ref) const {
    std::string_view wanted = ref;
    if (wanted.starts_with(kIdPrefix)) wanted.remove_prefix(kIdPrefix.size());
    std::vector<const WatcherSpec*> matches;
    for (const auto& [_, watching] : watching_) {
        const std::string_view id = std::string_view(watching.spec.id).substr(kIdPrefix.size());
        if (id == wanted) return watching.spec;
        if (!wanted.empty() && id.starts_with(wanted)) matches.push_back(&watching.spec);
    }
    if (matches.size() == 1) return *matches[0];
    if (matches.empty()) {
        return fail_with({Code::not_found,
                          fmt::format("the agent '{}' has no watcher '{}'", options_.agent, ref),
                          "see `agent watcher list`"});
    }
    std::string candidates;
    for (const WatcherSpec* spec : matches) {
        candidates += (candidates.empty() ? "" : ", ") + spec->id;
        if (candidates.size() > 300) break;
    }
    return fail_with({Code::conflict,
                      fmt::format("'{}' is the beginning of {} watchers' ids", ref, matches.size()),
                      "one of: " + candidates});
}

std::vector<WatcherSpec> WatcherLoop::list() const {
    std::vector<WatcherSpec> specs;
    for (const auto& [_, watching] : watching_) specs.push_back(watching.spec);
    return specs;
}

}  // namespace sloth
