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

bool is_away(const Error& error) { return error.code == Code::unreachable; }

}  // namespace

WatcherDesk::WatcherDesk(Parts parts)
    : parts_(std::move(parts)),
      uuids_(UuidGenerator({parts_.random.next(), parts_.random.next()})) {}

WatcherDesk::~WatcherDesk() = default;

Result<std::vector<WatcherSpec>> WatcherDesk::ask_for_all(std::string_view agent) {
    SLOTH_TRY(const std::string answer, parts_.ask(agent, Kind::watcher_list, "", ""));
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
    auto answer = parts_.ask(agent, Kind::watcher_get, ref, "");
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
    SLOTH_TRY_VOID(check_free_label(rows, spec));
    spec.created_at = parts_.clock.wall();
    spec.revision = 1;
    spec.id =
        "watcher-" + uuids_.with([&](UuidGenerator& ids) { return ids.next(spec.created_at); });
    AgentWatcher row{std::string(agent), std::move(spec), Pending::none, ""};
    const auto answer = parts_.ask(agent, Kind::watcher_put, row.spec.id, to_json(row.spec));
    if (!answer && !is_away(answer.error())) return answer;
    if (!answer) row.pending = Pending::put;
    // If this fails the agent has it all the same: it is taken over when the agent connects next.
    SLOTH_TRY_VOID(parts_.store.put(row));
    return answer ? with_state(*answer) : away_watcher(row, false);
}

Result<std::string> WatcherDesk::update(std::string_view agent, std::string_view ref,
                                        std::string_view changes) {
    SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
    const auto before = parts_.ask(agent, Kind::watcher_get, ref, "");
    if (!before && before.error().code != Code::not_found && !is_away(before.error())) {
        return before;
    }
    WatcherSpec old;
    if (before) {
        SLOTH_TRY(old, parse_watcher_spec(*before));
    } else {
        SLOTH_TRY(AgentWatcher row, find_row(agent, ref));
        old = std::move(row.spec);
    }
    SLOTH_TRY(WatcherSpec spec, merge_changes(old, changes));
    return change(agent, old, std::move(spec));
}

// In the agent's turn.
Result<std::string> WatcherDesk::change(std::string_view agent, const WatcherSpec& old,
                                        WatcherSpec spec) {
    SLOTH_TRY_VOID(validate(spec));
    SLOTH_TRY(const std::vector<AgentWatcher> rows, parts_.store.list(agent));
    SLOTH_TRY_VOID(check_free_label(rows, spec));
    spec.revision = old.revision + 1;
    AgentWatcher row{std::string(agent), std::move(spec), Pending::none, ""};
    const auto answer = parts_.ask(agent, Kind::watcher_put, row.spec.id, to_json(row.spec));
    if (!answer && !is_away(answer.error())) return answer;
    if (!answer) row.pending = Pending::put;
    SLOTH_TRY_VOID(parts_.store.put(row));
    return answer ? with_state(*answer) : away_watcher(row, false);
}

Result<std::string> WatcherDesk::erase(std::string_view agent, std::string_view ref) {
    SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
    const auto before = parts_.ask(agent, Kind::watcher_get, ref, "");
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
            return away_watcher(row, true);
        }
    }
    ++row.spec.revision;
    // First the will, then the deed: whatever happens now, it does not come back.
    SLOTH_TRY_VOID(parts_.store.put(row));
    const auto answer = parts_.ask(agent, Kind::watcher_delete, row.spec.id, "");
    if (!answer && answer.error().code != Code::not_found) {
        if (!is_away(answer.error())) return answer;
        return away_watcher(row, false);
    }
    SLOTH_TRY_VOID(parts_.store.erase(agent, row.spec.id));
    return before ? with_state(*before) : away_watcher(row, true);
}

Result<std::string> WatcherDesk::verify(std::string_view agent, std::string_view ref) {
    SLOTH_TRY(const std::string answer, parts_.ask(agent, Kind::watcher_verify, ref, ""));
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
    if (wanted == same->spec) return wanted.id;
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
    if (!later([this, agent] { reconcile(agent); })) {
        parts_.log.error("watchers_not_compared", {{"agent", agent}});
    }
}

bool WatcherDesk::later(Job job) {
    return jobs_.update([&](auto& jobs) {
        if (jobs.size() >= kMaxJobs) return false;
        jobs.push_back(std::move(job));
        return true;
    });
}

bool WatcherDesk::step() {
    const Job job = jobs_.update([](auto& jobs) -> Job {
        if (jobs.empty()) return {};
        Job first = std::move(jobs.front());
        jobs.pop_front();
        return first;
    });
    if (job) job();
    return job != nullptr;
}

void WatcherDesk::run(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { jobs_.update([](auto&) {}); });
    while (!stop.stop_requested()) {
        while (step()) {
        }
        jobs_.wait_for(
            60s, [&](const auto& jobs) { return !jobs.empty() || stop.stop_requested(); },
            [](auto&) {});
    }
    while (step()) {  // nobody is left without an answer: agents are gone by now, and it is quick
    }
}

}  // namespace sloth
