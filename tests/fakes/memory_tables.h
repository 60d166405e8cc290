// What the store in memory keeps, as plain values, and the rules of EventStore over them. Logic
// only: MemoryStore decides when a change becomes durable and guards it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/agent.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/execution_store.h"
#include "ports/secret_store.h"
#include "tests/fakes/memory_hooks.h"

namespace sloth {

struct MemoryTables {
    std::map<int64_t, Event> events;
    std::map<std::string, int64_t, std::less<>> seq_by_id;
    std::map<std::pair<std::string, std::string>, int64_t> seq_by_key;  // (source, dedup_key)
    std::map<std::string, int64_t> children;                            // depth > 0, by root
    std::map<std::string, AgentPosition, std::less<>> positions;
    std::map<int64_t, Execution> runs;
    struct StateValue {
        std::string value;
        std::optional<WallTime> expires_at;
    };
    std::map<std::pair<std::string, std::string>, StateValue> state;  // (stack, key)
    struct Secret {
        SecretInfo info;
        std::string value;
    };
    std::map<std::pair<std::string, std::string>, Secret> secrets;  // (stack, name)
    std::map<std::string, std::map<EffectKey, std::string>, std::less<>> journal;
    std::map<std::string, Agent, std::less<>> agents;
    MemoryHooks hooks;
    int64_t last_seq = 0;
    int64_t last_run = 0;

    Clock* clock = nullptr;

    // Of the commit under way.
    std::vector<int64_t> accepted;
    std::vector<int64_t> finished;
    std::vector<int64_t> released;

    Result<Appended> insert(Event event);
    AppendResults append(std::vector<Event> events, const std::optional<AgentPosition>& position);
    void record(RecordBatch batch);
    std::vector<std::string> apply(EffectBatch batch);

    const StateValue* living(const std::pair<std::string, std::string>& key) const;
    Result<Event> find(std::string_view ref) const;
    std::vector<Event> list(const EventFilter& filter) const;
    std::vector<Execution> list(const ExecutionFilter& filter) const;
    Result<void> erase(int64_t seq);
    int64_t cleanup(WallTime before, bool dry_run);

 private:
    std::string apply_one(InternalEffect effect);
    std::string increment(const InternalEffect& effect);
    std::optional<Result<Appended>> stored_before(const Event& event) const;
    void finish(const EventFinish& finish);
};

// Those of `ids` that begin with `prefix`; the one, Code::not_found or Code::conflict.
Result<std::string> only_id_with_prefix(const std::vector<std::string>& ids,
                                        std::string_view prefix, std::string_view what);

}  // namespace sloth
