#include "server/watcher_desk.h"

#include <algorithm>
#include <memory>

#include "domain/watcher_record.h"
#include "server/watcher_answer.h"

namespace sloth {
namespace {

using Kind = UplinkRequest::Kind;
using Pending = AgentWatcher::Pending;

constexpr size_t kMaxJobs = 10'000;
constexpr Micros kSlow = 30s;  // an agent that has not answered counts as away for so long
constexpr Micros kLook = 5s;   // for those

bool is_away(const Error& error) { return error.code == Code::unreachable; }

}  // namespace

WatcherDesk::WatcherDesk(Parts parts)
    : parts_(std::move(parts)),
      uuids_(UuidGenerator({parts_.random.next(), parts_.random.next()})) {}

WatcherDesk::~WatcherDesk() = default;

Result<std::vector<WatcherSpec>> WatcherDesk::ask_for_all(std::string_view agent) {
    SLOTH_TRY(const std::string answer, ask(agent, Kind::watcher_list, "", ""));
    return parse_watchers(answer);
}

Result<AgentWatcher> WatcherDesk::find_row(std::string_view agent, std::string_view ref) {
    SLOTH_TRY(std::vector<AgentWatcher> rows, parts_.store.list(agent));
    std::erase_if(rows, [](const AgentWatcher& row) { return row.pending == Pending::remove; });
    return find_watcher(std::move(rows), agent, ref);
}

Result<std::string> WatcherDesk::list(std::string_view agent) {
    SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
    const auto present = ask_for_all(agent);
    if (!present && !is_away(present.error())) return fail_with(present.error());
    SLOTH_TRY(const std::vector<AgentWatcher> rows, parts_.store.list(agent));
    if (present) return present_list(*present, rows);
    SLOTH_TRY_VOID(parts_.agents.get(agent));
    return away_list(rows);
}

Result<std::string> WatcherDesk::get(std::string_view agent, std::string_view ref) {
    auto answer = ask(agent, Kind::watcher_get, ref, "");
    if (answer) return with_state(*answer);
    if (answer.error().code != Code::not_found && !is_away(answer.error())) return answer;
    auto row = find_row(agent, ref);
    if (!row) return is_away(answer.error()) ? fail_with(row.error()) : std::move(answer);
    return away_watcher(*row, !is_away(answer.error()));
}

Result<std::string> WatcherDesk::create(std::string_view agent, std::string_view spec) {
    SLOTH_TRY(WatcherSpec wanted, parse_wanted(spec));
    SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
    return create_in_turn(agent, std::move(wanted));
}

Result<std::string> WatcherDesk::create_in_turn(std::string_view agent, WatcherSpec spec) {
    SLOTH_TRY_VOID(validate(spec));
    SLOTH_TRY_VOID(parts_.agents.get(agent));
    SLOTH_TRY(const std::vector<AgentWatcher> rows, parts_.store.list(agent));
    SLOTH_TRY_VOID(check_room(rows, agent));
    SLOTH_TRY_VOID(check_free_label(rows, spec));
    spec.created_at = parts_.clock.wall();
    spec.revision = 1;
    spec.id =
        "watcher-" + uuids_.with([&](UuidGenerator& ids) { return ids.next(spec.created_at); });
    return will_and_deed({std::string(agent), std::move(spec), Pending::put, ""}, nullptr);
}

// First the will, then the deed: if the answer does not come, or we end before it is written down,
// the agent is brought to what is wanted when it connects next.
Result<std::string> WatcherDesk::will_and_deed(AgentWatcher row, const WatcherSpec* before) {
    SLOTH_TRY_VOID(parts_.store.put(row));
    const auto answer = ask(row.agent, Kind::watcher_put, row.spec.id, to_json(row.spec));
    if (!answer && (is_away(answer.error()) || answer.error().code == Code::timed_out)) {
        return away_watcher(row, false);
    }
    if (!answer) {
        SLOTH_TRY_VOID(before == nullptr
                           ? parts_.store.erase(row.agent, row.spec.id)
                           : parts_.store.put({row.agent, *before, Pending::none, ""}));
        return answer;
    }
    row.pending = Pending::none;
    // The agent has it, and if this is not written it is only compared once more.
    if (const auto done = parts_.store.put(row); !done) note(row, done.error());
    return with_state(*answer);
}

Result<std::string> WatcherDesk::update(std::string_view agent, std::string_view ref,
                                        std::string_view changes) {
    SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
    const auto before = ask(agent, Kind::watcher_get, ref, "");
    if (!before && before.error().code != Code::not_found && !is_away(before.error())) {
        return before;
    }
    WatcherSpec old;
    if (before) {
        SLOTH_TRY(old, parse_watcher_spec(*before));
        SLOTH_TRY_VOID(prefer_wanted(agent, old));
    } else {
        SLOTH_TRY(AgentWatcher row, find_row(agent, ref));
        old = std::move(row.spec);
    }
    SLOTH_TRY(WatcherSpec spec, merge_changes(old, changes));
    return change(agent, old, std::move(spec));
}

// What the agent has may be behind what is wanted, until the two are compared.
Result<void> WatcherDesk::prefer_wanted(std::string_view agent, WatcherSpec& spec) {
    SLOTH_TRY(const std::vector<AgentWatcher> rows, parts_.store.list(agent));
    for (const AgentWatcher& row : rows) {
        if (row.spec.id != spec.id) continue;
        if (row.pending == Pending::remove) {
            return fail(Code::not_found, "the watcher {} of the agent '{}' is being deleted",
                        spec.id, agent);
        }
        if (row.pending == Pending::put && row.spec.revision >= spec.revision) spec = row.spec;
    }
    return {};
}

// In the agent's turn.
Result<std::string> WatcherDesk::change(std::string_view agent, const WatcherSpec& old,
                                        WatcherSpec spec) {
    SLOTH_TRY_VOID(validate(spec));
    SLOTH_TRY(const std::vector<AgentWatcher> rows, parts_.store.list(agent));
    SLOTH_TRY_VOID(check_free_label(rows, spec));
    spec.revision = old.revision + 1;
    return will_and_deed({std::string(agent), std::move(spec), Pending::put, ""}, &old);
}

Result<std::string> WatcherDesk::erase(std::string_view agent, std::string_view ref) {
    SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
    const auto before = ask(agent, Kind::watcher_get, ref, "");
    AgentWatcher row{std::string(agent), {}, Pending::remove, ""};
    if (before) {
        SLOTH_TRY(row.spec, parse_watcher_spec(*before));
    } else {
        const bool away = is_away(before.error());
        if (!away && before.error().code != Code::not_found) return before;
        auto found = find_row(agent, ref);
        if (!found) return away ? fail_with(found.error()) : before;
        row.spec = std::move(found->spec);
        if (!away) {  // the agent never took it
            SLOTH_TRY_VOID(parts_.store.erase(agent, row.spec.id));
            return gone_watcher(row);
        }
    }
    ++row.spec.revision;
    // First the will, then the deed: whatever happens now, it does not come back.
    SLOTH_TRY_VOID(parts_.store.put(row));
    const auto answer = ask(agent, Kind::watcher_delete, row.spec.id, "");
    if (!answer && answer.error().code != Code::not_found) {
        if (!is_away(answer.error())) return answer;
        return away_watcher(row, false);
    }
    SLOTH_TRY_VOID(parts_.store.erase(agent, row.spec.id));
    return gone_watcher(row);
}

Result<std::string> WatcherDesk::verify(std::string_view agent, std::string_view ref) {
    // Reads many events: one at a time, or the store's readers would all be here.
    SLOTH_TRY(const AgentTurns::Turn turn, verifying_.take("verify"));
    SLOTH_TRY(const std::string answer, ask(agent, Kind::watcher_verify, ref, ""));
    SLOTH_TRY(const WatcherRecord record, parse_watcher_record(answer));
    SLOTH_TRY(const StoredSequences stored, parts_.store.stored(agent, record.id, record.epoch));
    return verdict(record, stored);
}

// The same watcher again is changed, not made twice.
Result<std::string> WatcherDesk::put_by_hook(std::string_view agent, std::string_view spec) {
    SLOTH_TRY(WatcherSpec wanted, parse_wanted(spec));
    SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
    SLOTH_TRY(const std::vector<AgentWatcher> rows, parts_.store.list(agent));
    const auto same = std::ranges::find_if(rows, [&](const AgentWatcher& row) {
        return row.pending != Pending::remove && same_watcher(row.spec, wanted);
    });
    if (same == rows.end()) {
        SLOTH_TRY(const std::string made, create_in_turn(agent, std::move(wanted)));
        return id_of(made);
    }
    wanted.id = same->spec.id;
    wanted.created_at = same->spec.created_at;
    wanted.revision = same->spec.revision;
    if (wanted == same->spec && same->refusal.empty()) return wanted.id;
    SLOTH_TRY_VOID(change(agent, same->spec, wanted));
    return wanted.id;
}

void WatcherDesk::put(std::string agent, std::string spec, Done done) {
    const auto kept = std::make_shared<Done>(std::move(done));
    if (later([this, agent = std::move(agent), spec = std::move(spec), kept] {
            (*kept)(put_by_hook(agent, spec));
        })) {
        return;
    }
    (*kept)(fail(Code::exhausted, "{} requests about watchers wait already", kMaxJobs));
}

void WatcherDesk::remove(std::string agent, std::string ref, Done done) {
    const auto kept = std::make_shared<Done>(std::move(done));
    const auto work = [this, agent, ref]() -> Result<std::string> {
        SLOTH_TRY(const std::string erased, erase(agent, ref));
        return id_of(erased);
    };
    if (later([work, kept] { (*kept)(work()); })) return;
    (*kept)(fail(Code::exhausted, "{} requests about watchers wait already", kMaxJobs));
}

void WatcherDesk::connected(const std::string& agent) {
    slow_.with([&](auto& slow) { slow.erase(agent); });
    work_.update([&](Work& work) { work.connected.insert(agent); });
}

// An agent that has not answered is not waited for again at once: it counts as away for a while,
// and is then compared with what is wanted.
Result<std::string> WatcherDesk::ask(std::string_view agent, Kind kind, std::string_view watcher_id,
                                     std::string_view spec) {
    const bool slow = slow_.with([&](const auto& slow) { return slow.contains(agent); });
    if (slow) {
        return fail_with({Code::unreachable,
                          fmt::format("the agent '{}' is connected and does not answer", agent),
                          "see its log; what is wanted of it is brought to it when it answers"});
    }
    auto answer = parts_.ask(agent, kind, watcher_id, spec);
    if (!answer && answer.error().code == Code::timed_out) {
        slow_.with([&](auto& slow) {
            slow.insert_or_assign(std::string(agent), parts_.clock.mono() + kSlow);
        });
    }
    return answer;
}

void WatcherDesk::try_slow_agents() {
    const MonoTime now = parts_.clock.mono();
    const auto due = slow_.with([&](auto& slow) {
        std::vector<std::string> due;
        for (const auto& [agent, until] : slow) {
            if (until <= now) due.push_back(agent);
        }
        return due;
    });
    for (const std::string& agent : due) connected(agent);
}

bool WatcherDesk::later(Job job) {
    return work_.update([&](Work& work) {
        if (work.jobs.size() >= kMaxJobs) return false;
        work.jobs.push_back(std::move(job));
        return true;
    });
}

bool WatcherDesk::step() {
    try_slow_agents();
    std::string agent;
    const Job job = work_.update([&](Work& work) -> Job {
        if (!work.connected.empty()) {
            agent = std::move(work.connected.extract(work.connected.begin()).value());
            return {};
        }
        if (work.jobs.empty()) return {};
        Job first = std::move(work.jobs.front());
        work.jobs.pop_front();
        return first;
    });
    if (!agent.empty()) reconcile(agent);
    if (job) job();
    return job != nullptr || !agent.empty();
}

void WatcherDesk::run(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { work_.update([](Work&) {}); });
    while (!stop.stop_requested()) {
        while (step()) {
        }
        work_.wait_for(
            kLook, [&](const Work& work) { return !work.empty() || stop.stop_requested(); },
            [](Work&) {});
    }
    while (step()) {  // nobody is left without an answer: agents are gone by now, and it is quick
    }
}

}  // namespace sloth
