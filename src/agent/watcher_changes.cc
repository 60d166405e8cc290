// What operators ask of the watchers: the other half of WatcherLoop.
#include <algorithm>
#include <utility>

#include "agent/watcher_loop.h"

namespace sloth {
namespace {

constexpr std::string_view kIdPrefix = "watcher-";
constexpr size_t kMaxWatchers = 10'000;

Result<void> check_identity(const WatcherSpec& spec) {
    const bool named = spec.id.starts_with(kIdPrefix) && spec.id.size() > kIdPrefix.size();
    if (!named || spec.id.size() > 128 || spec.revision < 1) {
        return fail_with({Code::invalid,
                          fmt::format("a watcher needs an id and a revision, not '{}' and {}",
                                      spec.id.substr(0, 128), spec.revision),
                          "use the same version of sloth-runner on master and agent"});
    }
    return {};
}

// Whether the same is asked for again: all but what the agent itself says of it.
bool same_content(const WatcherSpec& one, const WatcherSpec& other) {
    const auto content = [](WatcherSpec spec) {
        spec.created_at = {};
        spec.last_check.reset();
        spec.last_event.reset();
        spec.last_error.clear();
        return to_json(spec);
    };
    return content(one) == content(other);
}

}  // namespace

Result<WatcherSpec> WatcherLoop::put(WatcherSpec spec) {
    SLOTH_TRY_VOID(check_identity(spec));
    const uint64_t owner = owner_of(spec.id);
    if (owner != 0) {
        const WatcherSpec& here = watching_.at(owner).spec;
        if (spec.revision == here.revision && same_content(spec, here)) return here;
        if (spec.revision <= here.revision) {
            return fail_with({Code::conflict,
                              fmt::format("the watcher '{}' was changed meanwhile: it is at "
                                          "revision {}, not {}",
                                          spec.id, here.revision, spec.revision - 1),
                              "look at it with `agent watcher get`, then change it again"});
        }
    }
    SLOTH_TRY_VOID(validate(spec));
    for (const auto& [_, other] : watching_) {
        if (spec.label.empty() || other.spec.label != spec.label || other.spec.id == spec.id) {
            continue;
        }
        return fail_with({Code::conflict,
                          fmt::format("the agent '{}' has a watcher '{}' already: {}",
                                      options_.agent, spec.label, other.spec.id),
                          "choose another label, or change or delete that watcher"});
    }
    spec.last_error.clear();
    return owner == 0 ? create(std::move(spec)) : replace(owner, std::move(spec));
}

Result<WatcherSpec> WatcherLoop::create(WatcherSpec spec) {
    if (watching_.size() >= kMaxWatchers) {
        return fail(Code::exhausted, "create a watcher: the agent has {} already", kMaxWatchers);
    }
    const WallTime now = clock_.wall();
    if (spec.created_at == WallTime{}) spec.created_at = now;
    spec.last_check.reset();
    spec.last_event.reset();
    SLOTH_TRY_VOID(probe(spec, context(0)));
    SLOTH_TRY_VOID(store_.save(spec, now));
    const uint64_t owner = ++last_owner_;
    Watching& watching = watching_[owner];
    watching.spec = std::move(spec);
    watching.looked = now;
    if (auto started = start(owner, watching, {}); !started) {
        note_error(watching, started.error());
    }
    // What is there now is the baseline: a change right after the answer is one already, and also
    // if this agent is killed right after it.
    SLOTH_TRY_VOID(step());
    save();
    return watching.spec;
}

Result<WatcherSpec> WatcherLoop::replace(uint64_t owner, WatcherSpec spec) {
    SLOTH_TRY_VOID(probe(spec, context(0)));
    Watching& watching = watching_.at(owner);
    if (spec.created_at == WallTime{}) spec.created_at = watching.spec.created_at;
    spec.last_check = watching.spec.last_check;
    spec.last_event = watching.spec.last_event;
    const WallTime now = clock_.wall();
    std::optional<std::string> baseline;
    if (watching.spec.enabled && spec.enabled && watching.watcher) {
        if (watching.unaccepted) {
            // It has seen what is not in the outbox yet: the new one has to find that again.
            SLOTH_TRY(baseline, store_.baseline(spec.id));
        } else {
            baseline = watching.watcher->baseline();
        }
        SLOTH_TRY_VOID(store_.save(spec, now));
        add_blind(watching.blinds, {watching.looked, "the watcher was changed"});
    } else {
        // What happens while it is off is not its business: it begins anew.
        SLOTH_TRY_VOID(store_.save_anew(spec, now));
        watching.blinds.clear();
        watching.looked = now;
        watching.unsaved = watching.look_unsaved = false;
    }
    watching.spec = std::move(spec);
    if (auto started = start(owner, watching, std::move(baseline)); !started) {
        note_error(watching, started.error());
    }
    SLOTH_TRY_VOID(step());
    save();
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
    const WatcherSpec* labelled = nullptr;
    std::vector<const WatcherSpec*> matches;
    for (const auto& [_, watching] : watching_) {
        const WatcherSpec& spec = watching.spec;
        const std::string_view id = std::string_view(spec.id).substr(kIdPrefix.size());
        if (id == wanted) return spec;
        if (!ref.empty() && spec.label == ref) labelled = &spec;
        if (!wanted.empty() && id.starts_with(wanted)) matches.push_back(&spec);
    }
    if (labelled) return *labelled;
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

Result<WatcherRecord> WatcherLoop::record(const std::string& id) const {
    const uint64_t owner = owner_of(id);
    SLOTH_TRY(WatcherRecord record, store_.record(id));
    if (owner != 0) {
        const Watching& watching = watching_.at(owner);
        record.until = watching.looked;
        const bool blind = watching.spec.enabled && !watching.watcher;
        if (blind || could_not_look(watching)) record.error = watching.spec.last_error;
    }
    return record;
}

}  // namespace sloth
