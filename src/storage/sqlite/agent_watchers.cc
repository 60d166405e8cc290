#include "storage/sqlite/agent_watchers.h"

#include "storage/sqlite/rows.h"

namespace sloth {
namespace {

constexpr size_t kMostMissing = 20;

std::string_view to_text(AgentWatcher::Pending pending) {
    switch (pending) {
        case AgentWatcher::Pending::put:
            return "put";
        case AgentWatcher::Pending::remove:
            return "remove";
        case AgentWatcher::Pending::none:
            break;
    }
    return "";
}

AgentWatcher::Pending parse_pending(std::string_view text) {
    using Pending = AgentWatcher::Pending;
    if (text == "put") return Pending::put;
    return text == "remove" ? Pending::remove : Pending::none;
}

}  // namespace

Result<std::vector<AgentWatcher>> SqliteAgentWatchers::list(std::string_view agent) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT spec, pending, refusal FROM agent_watchers WHERE agent=? "
                                "ORDER BY created_at, id"));
    select->bind(1, agent);
    std::vector<AgentWatcher> all;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return all;
        AgentWatcher& watcher = all.emplace_back();
        watcher.agent = agent;
        SLOTH_TRY(watcher.spec, parse_watcher_spec(select->view(0)));
        watcher.pending = parse_pending(select->view(1));
        watcher.refusal = select->text(2);
    }
}

Result<void> SqliteAgentWatchers::put(const AgentWatcher& watcher) {
    WatcherSpec wanted = watcher.spec;
    wanted.last_check.reset();
    wanted.last_event.reset();
    wanted.last_error.clear();
    const std::string spec = to_json(wanted);
    return writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(Statement put,
                  group.db().prepare(
                      "INSERT INTO agent_watchers (agent, id, revision, spec, pending, refusal, "
                      "created_at) VALUES (?,?,?,?,?,?,?) ON CONFLICT (agent, id) DO UPDATE SET "
                      "revision=excluded.revision, spec=excluded.spec, pending=excluded.pending, "
                      "refusal=excluded.refusal"));
        return put.bind(1, watcher.agent)
            .bind(2, wanted.id)
            .bind(3, wanted.revision)
            .bind(4, spec)
            .bind_or_null(5, to_text(watcher.pending))
            .bind_or_null(6, watcher.refusal)
            .bind(7, to_micros(wanted.created_at))
            .run();
    });
}

Result<void> SqliteAgentWatchers::erase(std::string_view agent, std::string_view id) {
    return writer_.run([&](WriteGroup& group) -> Result<void> {
        SLOTH_TRY(Statement erase,
                  group.db().prepare("DELETE FROM agent_watchers WHERE agent=? AND id=?"));
        return erase.bind(1, agent).bind(2, id).run();
    });
}

Result<StoredSequences> SqliteAgentWatchers::stored(std::string_view agent, std::string_view id,
                                                    std::string_view epoch) {
    SLOTH_TRY(auto reader, readers_.borrow());
    SLOTH_TRY(Statement * select,
              reader->statement("SELECT DISTINCT json_extract(data, '$.watcher_sequence') AS n "
                                "FROM events WHERE agent=? AND "
                                "json_extract(data, '$.watcher_id')=? AND "
                                "json_extract(data, '$.watcher_epoch')=? ORDER BY n"));
    select->bind(1, agent).bind(2, id).bind(3, epoch);
    StoredSequences out;
    for (;;) {
        SLOTH_TRY(const bool row, select->step());
        if (!row) return out;
        const int64_t sequence = select->integer(0);
        if (out.count == 0) out.first = sequence;
        if (out.count > 0 && sequence > out.last + 1 && out.missing.size() < kMostMissing) {
            out.missing.emplace_back(out.last + 1, sequence - 1);
        }
        out.last = sequence;
        ++out.count;
    }
}

}  // namespace sloth
