#include "tests/fakes/memory_events.h"

#include <algorithm>

namespace sloth {
namespace {

bool is_open(const Event& event) { return !is_final(event.status); }

}  // namespace

void MemoryEvents::append(std::vector<Event> events, std::optional<AgentPosition> position,
                          AppendDone done) {
    auto results = std::make_shared<AppendResults>();
    core_.submit(
        {[results, events = std::move(events), position = std::move(position)](
             MemoryTables& t) mutable { *results = t.append(std::move(events), position); },
         [results, done = std::move(done)](Result<void> outcome) mutable {
             if (outcome) return done(std::move(*results));
             done(fail_with(std::move(outcome).error()));
         }});
}

void MemoryEvents::record(RecordBatch batch, RecordDone done) {
    auto kept = std::make_shared<RecordBatch>(std::move(batch));
    core_.submit({[kept](MemoryTables& t) { t.record(*kept); },
                  [kept, done = std::move(done)](Result<void> outcome) mutable {
                      done(std::move(outcome), std::move(*kept));
                  }});
}

void MemoryEvents::flush(EffectBatch batch, FlushDone done) {
    auto answers = std::make_shared<std::vector<std::string>>();
    core_.submit({[answers, batch = std::move(batch)](MemoryTables& t) mutable {
                      *answers = t.apply(std::move(batch));
                  },
                  [answers, done = std::move(done)](Result<void> outcome) mutable {
                      if (outcome) return done(std::move(*answers));
                      done(fail_with(std::move(outcome).error()));
                  }});
}

Result<std::vector<JournalRow>> MemoryEvents::journal(std::string_view delivery_id) {
    return core_.read([&](const MemoryTables& t) {
        std::vector<JournalRow> rows;
        const auto found = t.journal.find(delivery_id);
        if (found == t.journal.end()) return rows;
        for (const auto& [key, text] : found->second) rows.push_back({key, text});
        return rows;
    });
}

void MemoryEvents::set_ready(ReadyEvents* ready) {
    core_.begin();
    core_.with([&](MemoryState& s) { s.ready = ready; });
    core_.end();
}

Result<std::vector<Event>> MemoryEvents::claim(size_t limit, Epoch epoch) {
    core_.begin();
    auto claimed = core_.with([&](MemoryState& s) -> Result<std::vector<Event>> {
        if (epoch != s.epoch) return fail(Code::refused, "epoch {} is over", epoch);
        std::vector<Event> events;
        for (const auto& [seq, event] : s.tables.events) {
            if (events.size() == limit) break;
            if (is_open(event) && s.held.insert(seq).second) events.push_back(event);
        }
        return events;
    });
    core_.end();
    return claimed;
}

Epoch MemoryEvents::epoch() const {
    return core_.with([](MemoryState& s) { return s.epoch; });
}

Result<Event> MemoryEvents::get(int64_t seq) {
    return core_.read([&](const MemoryTables& t) -> Result<Event> {
        const auto found = t.events.find(seq);
        if (found != t.events.end()) return found->second;
        return fail(Code::not_found, "no event has the number {}", seq);
    });
}

Result<Event> MemoryEvents::find(std::string_view ref) {
    return core_.read([&](const MemoryTables& t) { return t.find(ref); });
}

Result<std::vector<Event>> MemoryEvents::list(const EventFilter& filter) {
    return core_.read([&](const MemoryTables& t) { return t.list(filter); });
}

Result<EventCounts> MemoryEvents::counts() {
    return core_.read([](const MemoryTables& t) {
        const auto open =
            std::ranges::count_if(t.events, [](const auto& each) { return is_open(each.second); });
        return EventCounts{int64_t(t.events.size()), open, t.last_seq};
    });
}

Result<AgentPosition> MemoryEvents::agent_position(std::string_view agent) {
    return core_.read([&](const MemoryTables& t) {
        const auto found = t.positions.find(agent);
        return found == t.positions.end() ? AgentPosition{std::string(agent), "", 0}
                                          : found->second;
    });
}

Result<void> MemoryEvents::erase(int64_t seq) {
    return core_.write_now([&](MemoryTables& t) { return t.erase(seq); });
}

Result<int64_t> MemoryEvents::cleanup(WallTime before, bool dry_run) {
    return core_.write_now(
        [&](MemoryTables& t) -> Result<int64_t> { return t.cleanup(before, dry_run); });
}

}  // namespace sloth
