#include "tests/fakes/memory_core.h"

#include "base/check.h"

namespace sloth {

Result<void> MemoryCore::next_fault(MemoryState& s) {
    if (s.fail_in > 0 && --s.fail_in == 0) {
        if (s.fail_code == Code::corrupt) s.broken = true;
        if (!s.broken) return fail(s.fail_code, "write to the store in memory: told to fail");
    }
    if (s.broken) return fail(Code::corrupt, "write to the store in memory: it is broken");
    ++s.commits;
    return {};
}

void MemoryCore::begin() const {
    state_.wait_for(
        std::chrono::hours(1), [](const MemoryState& s) { return !s.busy; },
        [](MemoryState& s) {
            CHECK(!s.busy);
            s.busy = true;
        });
}

void MemoryCore::end() const {
    with([](MemoryState& s) { s.busy = false; });
}

void MemoryCore::submit(MemoryWrite write) {
    std::vector<MemoryWrite> group;
    with([&](MemoryState& s) { (s.hold_commits ? s.waiting : group).push_back(std::move(write)); });
    if (!group.empty()) commit(std::move(group));
}

void MemoryCore::commit(std::vector<MemoryWrite> group) {
    begin();
    std::vector<Event> accepted;
    const auto outcome = apply(group, accepted);
    offer(std::move(accepted));
    end();
    for (MemoryWrite& write : group) settle(std::move(write.settle), outcome);
}

Result<void> MemoryCore::apply(std::vector<MemoryWrite>& group, std::vector<Event>& accepted) {
    return with([&](MemoryState& s) -> Result<void> {
        SLOTH_TRY_VOID(next_fault(s));
        for (MemoryWrite& write : group) write.apply(s.tables);
        for (const int64_t seq : s.tables.accepted) accepted.push_back(s.tables.events.at(seq));
        for (const int64_t seq : s.tables.finished) s.held.erase(seq);
        for (const int64_t seq : s.tables.released) s.held.erase(seq);
        s.tables.accepted.clear();
        s.tables.finished.clear();
        s.tables.released.clear();
        return {};
    });
}

void MemoryCore::offer(std::vector<Event> accepted) {
    ReadyEvents* ready = with([](MemoryState& s) { return s.ready; });
    if (!ready || accepted.empty()) return;
    std::vector<int64_t> seqs;
    for (const Event& event : accepted) seqs.push_back(event.seq);
    // Held from before the offer: whoever takes one may finish it at once on another thread.
    with([&](MemoryState& s) { s.held.insert(seqs.begin(), seqs.end()); });
    const size_t taken = ready->offer(accepted);
    CHECK(taken <= seqs.size());
    with([&](MemoryState& s) {
        for (size_t i = taken; i < seqs.size(); ++i) s.held.erase(seqs[i]);
    });
}

void MemoryCore::settle(MemoryDone done, const Result<void>& outcome) {
    const bool now = with([&](MemoryState& s) {
        if (!s.hold_done) return true;
        s.answers.emplace_back([done = std::move(done), outcome]() mutable { done(outcome); });
        return false;
    });
    if (now) done(outcome);
}

}  // namespace sloth
