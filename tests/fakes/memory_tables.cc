#include "tests/fakes/memory_tables.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "domain/event_type.h"
#include "domain/state_number.h"

namespace sloth {
namespace {

std::string answer(Json first, Json second) {
    return dump_json(Json::array({std::move(first), std::move(second)}));
}

bool is_listed(const Event& event, const EventFilter& filter) {
    return (filter.type.empty() || matches(filter.type, event.type)) &&
           (!filter.status || event.status == *filter.status) &&
           (filter.stack.empty() || event.stack == filter.stack) &&
           (filter.agent.empty() || event.agent == filter.agent) &&
           (!filter.since || event.created_at >= *filter.since) &&
           (!filter.after_seq || event.seq > *filter.after_seq);
}

bool is_listed(const Execution& run, const ExecutionFilter& filter) {
    const bool unsuccessful = run.status == RunStatus::failed || run.status == RunStatus::timeout;
    return (filter.hook_id.empty() || run.hook_id == filter.hook_id) &&
           (filter.event_id.empty() || run.event_id == filter.event_id) &&
           (run.status == RunStatus::interrupted ? filter.interrupted
                                                 : !filter.only_failed || unsuccessful);
}

std::optional<int64_t> parse_number(std::string_view ref) {
    if (ref.starts_with('#')) ref.remove_prefix(1);
    int64_t seq = 0;
    const auto [end, ec] = std::from_chars(ref.data(), ref.data() + ref.size(), seq);
    if (ref.starts_with('0') || ec != std::errc() || end != ref.data() + ref.size()) return {};
    return seq;
}

}  // namespace

std::optional<Result<Appended>> MemoryTables::stored_before(const Event& event) const {
    int64_t seq = 0;
    const auto key = seq_by_key.find({event.source, event.dedup_key});
    if (!event.dedup_key.empty() && key != seq_by_key.end() && events.contains(key->second)) {
        seq = key->second;
    } else if (const auto id = seq_by_id.find(event.id); id != seq_by_id.end()) {
        seq = id->second;
    }
    if (seq == 0) return {};
    const Event& first = events.at(seq);
    if (first.type == event.type && first.data == event.data) return Appended{seq, first.id, true};
    return Result<Appended>(
        fail(Code::conflict, "'{}' is taken by a different event, #{}", event.id, seq));
}

Result<Appended> MemoryTables::insert(Event event) {
    if (event.id.empty()) return fail(Code::invalid, "the event has no id");
    if (event.root_id.empty()) event.root_id = event.id;
    if (auto before = stored_before(event)) return std::move(*before);
    if (event.depth > 0 && children[event.root_id] >= kMaxEventsPerRoot) {
        return fail(Code::exhausted, "the chain of events that began with {} is cut",
                    event.root_id);
    }
    if (event.depth > 0) ++children[event.root_id];
    event.seq = ++last_seq;
    event.status = EventStatus::pending;
    seq_by_id[event.id] = event.seq;
    if (!event.dedup_key.empty()) {
        seq_by_key[{event.source, event.dedup_key}] = event.seq;
        event.dedup_key.clear();  // not a column: a read does not give it back
    }
    accepted.push_back(event.seq);
    Appended out{event.seq, event.id, false};
    events.emplace(event.seq, std::move(event));
    return out;
}

AppendResults MemoryTables::append(std::vector<Event> batch,
                                   const std::optional<AgentPosition>& position) {
    size_t covered = 0;
    if (position) {
        AgentPosition& stored = positions[position->agent];
        if (stored.epoch == position->epoch) {
            const uint64_t before =
                position->sequence - std::min<uint64_t>(position->sequence, batch.size());
            covered =
                std::min<size_t>(batch.size(), stored.sequence - std::min(stored.sequence, before));
        }
        if (stored.epoch != position->epoch || stored.sequence < position->sequence) {
            stored = *position;
        }
    }
    AppendResults results;
    for (size_t i = 0; i < batch.size(); ++i) {
        if (i >= covered) {
            results.push_back(insert(std::move(batch[i])));
            continue;
        }
        const auto known = seq_by_id.find(batch[i].id);
        results.push_back(
            Appended{known == seq_by_id.end() ? 0 : known->second, batch[i].id, true});
    }
    return results;
}

void MemoryTables::finish(const EventFinish& finish) {
    finished.push_back(finish.seq);
    const auto found = events.find(finish.seq);
    if (found == events.end() || is_final(found->second.status)) return;
    found->second.status = finish.status;
    found->second.error = finish.error;
    found->second.processed_at = finish.processed_at;
}

void MemoryTables::record(RecordBatch batch) {
    for (RunRecord& run : batch.runs) {
        hooks.count(run.execution);
        if (const auto event = seq_by_id.find(run.execution.event_id); event != seq_by_id.end()) {
            run.execution.event_type = events.at(event->second).type;
        }
        run.execution.id = ++last_run;
        apply(std::move(run.effects));
        if (run.last) journal.erase(run.execution.delivery_id);
        runs.emplace(run.execution.id, std::move(run.execution));
    }
    for (const EventFinish& each : batch.finished) finish(each);
    const auto change = [&](int64_t seq, EventStatus from, EventStatus to) {
        const auto found = events.find(seq);
        if (found != events.end() && found->second.status == from) found->second.status = to;
    };
    for (const int64_t seq : batch.processing) {
        change(seq, EventStatus::pending, EventStatus::processing);
    }
    for (const int64_t seq : batch.released) {
        change(seq, EventStatus::processing, EventStatus::pending);
        const auto found = events.find(seq);
        if (found != events.end() && !is_final(found->second.status)) found->second.recoveries = 0;
        released.push_back(seq);
    }
    for (const int64_t seq : batch.recovered) {
        if (const auto found = events.find(seq); found != events.end()) ++found->second.recoveries;
    }
}

std::vector<std::string> MemoryTables::apply(EffectBatch batch) {
    std::vector<std::string> answers;
    for (InternalEffect& effect : batch.effects) {
        const auto rows = journal.find(batch.delivery_id);
        if (rows != journal.end()) {
            if (const auto known = rows->second.find(effect.key); known != rows->second.end()) {
                answers.push_back(known->second);
                continue;
            }
        }
        const EffectKey key = effect.key;
        answers.push_back(apply_one(std::move(effect)));
        if (batch.journal) journal[batch.delivery_id][key] = answers.back();
    }
    if (batch.journal) {
        for (const JournalRow& row : batch.answers) {
            journal[batch.delivery_id].emplace(row.key, row.answer);
        }
    }
    return answers;
}

const MemoryTables::StateValue* MemoryTables::living(
    const std::pair<std::string, std::string>& key) const {
    const auto found = state.find(key);
    const bool gone = found == state.end() ||
                      (found->second.expires_at && *found->second.expires_at <= clock->wall());
    return gone ? nullptr : &found->second;
}

std::string MemoryTables::increment(const InternalEffect& effect) {
    const StateValue* stored = living({effect.stack, effect.state_key});
    const StateValue before = stored != nullptr ? *stored : StateValue{"0", {}};
    const auto sum = add_json_numbers(before.value, effect.value);
    if (sum) {
        state[{effect.stack, effect.state_key}] = {*sum, before.expires_at};
        return "[" + *sum + "]";
    }
    if (!add_json_numbers(before.value, "0")) {
        return answer(nullptr, "state key '" + effect.state_key + "' holds no number");
    }
    return answer(nullptr, sum.error().message);
}

std::string MemoryTables::apply_one(InternalEffect effect) {
    const std::pair key(effect.stack, effect.state_key);
    const StateValue* stored = living(key);
    switch (effect.kind) {
        case InternalEffect::Kind::state_set:
            state[key] = {effect.value, effect.expires_at};
            return "[true]";
        case InternalEffect::Kind::state_delete: {
            const bool there = stored != nullptr;
            state.erase(key);
            return there ? "[true]" : "[false]";
        }
        case InternalEffect::Kind::state_compare:
            if ((stored != nullptr) != effect.expected.has_value()) return "[false]";
            if (stored != nullptr && stored->value != *effect.expected) return "[false]";
            state[key] = {effect.value, effect.expires_at};
            return "[true]";
        case InternalEffect::Kind::state_increment:
            return increment(effect);
        case InternalEffect::Kind::dispatch: {
            const auto appended = insert(std::move(effect.event));
            return appended ? answer(true, appended->id) : answer(false, appended.error().message);
        }
    }
    return "[]";
}

Result<Event> MemoryTables::find(std::string_view ref) const {
    if (const auto id = seq_by_id.find(ref); id != seq_by_id.end()) return events.at(id->second);
    if (const auto number = parse_number(ref)) {
        if (const auto found = events.find(*number); found != events.end()) return found->second;
    }
    std::vector<std::string> ids;
    for (const auto& [id, seq] : seq_by_id) ids.push_back(id);
    SLOTH_TRY(const std::string id, only_id_with_prefix(ids, ref, "event"));
    return events.at(seq_by_id.at(id));
}

std::vector<Event> MemoryTables::list(const EventFilter& filter) const {
    std::vector<Event> out;
    const auto take = [&](const Event& event) {
        if (out.size() < filter.limit && is_listed(event, filter)) out.push_back(event);
    };
    if (filter.after_seq) {
        for (const auto& [seq, event] : events) take(event);
    } else {
        for (auto it = events.rbegin(); it != events.rend(); ++it) take(it->second);
    }
    return out;
}

std::vector<Execution> MemoryTables::list(const ExecutionFilter& filter) const {
    std::vector<Execution> out;
    const auto take = [&](const Execution& run) {
        if (out.size() < filter.limit && is_listed(run, filter)) out.push_back(run);
    };
    if (!filter.event_id.empty()) {
        for (const auto& [id, run] : runs) take(run);
    } else {
        for (auto it = runs.rbegin(); it != runs.rend(); ++it) take(it->second);
    }
    return out;
}

Result<void> MemoryTables::erase(int64_t seq) {
    const auto found = events.find(seq);
    if (found == events.end()) return fail(Code::not_found, "no event has the number {}", seq);
    if (!is_final(found->second.status)) {
        return fail(Code::refused, "event #{} is still {}", seq, to_string(found->second.status));
    }
    std::erase_if(runs, [&](const auto& run) { return run.second.event_id == found->second.id; });
    if (found->second.depth > 0) --children[found->second.root_id];
    seq_by_id.erase(found->second.id);
    events.erase(found);
    return {};
}

int64_t MemoryTables::cleanup(WallTime before, bool dry_run) {
    std::vector<int64_t> old;
    for (const auto& [seq, event] : events) {
        if (is_final(event.status) && event.created_at < before) old.push_back(seq);
    }
    if (!dry_run) {
        for (const int64_t seq : old) static_cast<void>(erase(seq));
    }
    return int64_t(old.size());
}

Result<std::string> only_id_with_prefix(const std::vector<std::string>& ids,
                                        std::string_view prefix, std::string_view what) {
    std::vector<std::string> found;
    for (const std::string& id : ids) {
        if (!prefix.empty() && id.starts_with(prefix)) found.push_back(id);
    }
    if (found.empty()) return fail(Code::not_found, "no {} '{}'", what, prefix);
    if (found.size() > 1) {
        return fail(Code::conflict, "'{}' is the beginning of several {} ids: {}, {}", prefix, what,
                    found[0], found[1]);
    }
    return found[0];
}

}  // namespace sloth
