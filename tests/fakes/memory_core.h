// What the ports of the store in memory share: the tables, who holds what, the faults to come, and
// the one way in which a write becomes durable. Any thread.
#pragma once

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "tests/fakes/memory_tables.h"

namespace sloth {

using MemoryDone = std::move_only_function<void(Result<void>)>;

struct MemoryWrite {
    std::move_only_function<void(MemoryTables&)> apply;
    MemoryDone settle;
};

struct MemoryState {
    MemoryTables tables;
    std::set<int64_t> held;
    ReadyEvents* ready = nullptr;
    Epoch epoch = 1;
    size_t commits = 0;
    bool busy = false;  // a commit or its offer is under way: the next one and claims wait

    bool hold_commits = false;
    bool hold_done = false;
    std::vector<MemoryWrite> waiting;
    std::vector<std::move_only_function<void()>> answers;

    int fail_in = 0;  // commits until the failing one; 0: none
    Code fail_code = Code::exhausted;
    bool broken = false;
};

class MemoryCore {
 public:
    template <class Fn>
    decltype(auto) with(Fn&& fn) const {
        return state_.update(std::forward<Fn>(fn));
    }
    template <class Fn>
    auto read(Fn&& fn) const {
        return with([&](MemoryState& s) { return fn(std::as_const(s.tables)); });
    }

    // Between them no commit is under way, and no offer.
    void begin() const;
    void end() const;

    void submit(MemoryWrite write);
    // One group: applied, offered, then answered.
    void commit(std::vector<MemoryWrite> group);

    // For writes that block: at once. A refusal of `fn` must leave nothing behind.
    template <class Fn>
    auto write_now(Fn&& fn) -> decltype(fn(std::declval<MemoryTables&>())) {
        begin();
        auto result = with([&](MemoryState& s) -> decltype(fn(s.tables)) {
            SLOTH_TRY_VOID(next_fault(s));
            return fn(s.tables);
        });
        end();
        return result;
    }

 private:
    // What the commit that is about to happen meets.
    static Result<void> next_fault(MemoryState& s);
    Result<void> apply(std::vector<MemoryWrite>& group, std::vector<Event>& accepted);
    void offer(std::vector<Event> accepted);
    void settle(MemoryDone done, const Result<void>& outcome);

    mutable Signal<MemoryState> state_;
};

}  // namespace sloth
