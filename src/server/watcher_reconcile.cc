// The half of WatcherDesk that brings an agent up to what is wanted when it has connected. By
// revision: the higher one wins. What the agent has and the table does not (the table's file is an
// older copy, or the master died between the two) is taken over; what was confirmed and is not
// there (the agent's file is lost) is made again.
#include <algorithm>
#include <map>

#include "server/watcher_answer.h"
#include "server/watcher_desk.h"

namespace sloth {
namespace {

using Kind = UplinkRequest::Kind;
using Pending = AgentWatcher::Pending;

}  // namespace

void WatcherDesk::reconcile(const std::string& agent) {
    const auto work = [&]() -> Result<void> {
        SLOTH_TRY(const AgentTurns::Turn turn, turns_.take(agent));
        SLOTH_TRY(const std::vector<WatcherSpec> present, ask_for_all(agent));
        SLOTH_TRY(std::vector<AgentWatcher> rows, parts_.store.list(agent));
        // What goes first makes room for the labels of what comes.
        std::ranges::stable_partition(
            rows, [](const AgentWatcher& row) { return row.pending == Pending::remove; });
        std::map<std::string_view, const WatcherSpec*> unknown;
        for (const WatcherSpec& spec : present) unknown.emplace(spec.id, &spec);
        for (AgentWatcher& row : rows) {
            const auto there = unknown.find(row.spec.id);
            const WatcherSpec* has = there == unknown.end() ? nullptr : there->second;
            if (has != nullptr) unknown.erase(there);
            if (row.pending == Pending::remove) {
                if (has == nullptr) {
                    SLOTH_TRY_VOID(parts_.store.erase(agent, row.spec.id));
                } else {
                    SLOTH_TRY_VOID(bring(std::move(row)));
                }
            } else if (has == nullptr || has->revision < row.spec.revision) {
                SLOTH_TRY_VOID(bring(std::move(row)));
            } else if (row.pending == Pending::put && !same_content(*has, row.spec)) {
                row.spec.revision = has->revision + 1;  // theirs was never promised to anybody
                SLOTH_TRY_VOID(bring(std::move(row)));
            } else if (row.pending != Pending::none || has->revision > row.spec.revision) {
                SLOTH_TRY_VOID(parts_.store.put({agent, *has, Pending::none, ""}));
            }
        }
        for (const auto& [_, spec] : unknown) {
            SLOTH_TRY_VOID(parts_.store.put({agent, *spec, Pending::none, ""}));
        }
        return {};
    };
    if (const auto done = work(); !done) {
        // It went away again, or answers nothing: the next time that it connects.
        parts_.log.warn("watchers_not_compared",
                        {{"agent", agent}, {"reason", done.error().message}});
    }
}

// An error: the agent is away or does not answer, and nothing more can be done now.
Result<void> WatcherDesk::bring(AgentWatcher row) {
    const bool remove = row.pending == Pending::remove;
    const auto answer = ask(row.agent, remove ? Kind::watcher_delete : Kind::watcher_put,
                            row.spec.id, remove ? "" : to_json(row.spec));
    const bool gone = remove && !answer && answer.error().code == Code::not_found;
    if (!answer && !gone) {
        const Code code = answer.error().code;
        if (code == Code::unreachable || code == Code::timed_out) return fail_with(answer.error());
        note(row, answer.error());
        return {};
    }
    Result<void> stored;
    if (remove) {
        stored = parts_.store.erase(row.agent, row.spec.id);
    } else {
        row.pending = Pending::none;
        row.refusal.clear();
        stored = parts_.store.put(row);
    }
    SLOTH_TRY_VOID(std::move(stored));
    parts_.log.info(remove ? "watcher_deleted" : "watcher_brought",
                    {{"agent", row.agent}, {"watcher", row.spec.id}});
    return {};
}

// The agent does not take it now: it is asked again each time that it connects, and the list says
// why.
void WatcherDesk::note(const AgentWatcher& row, const Error& error) {
    parts_.log.warn("watcher_not_taken",
                    {{"agent", row.agent}, {"watcher", row.spec.id}, {"reason", error.message}});
    if (row.pending != Pending::put) return;
    AgentWatcher refused = row;
    refused.refusal = error.message;
    (void)parts_.store.put(refused);  // only a remark; what is wanted is stored already
}

}  // namespace sloth
