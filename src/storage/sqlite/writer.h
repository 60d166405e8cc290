// The one thread that writes: it owns the only read-write connection, every transaction on it and
// every checkpoint. Whatever waits in its queue shares one transaction and one flush, so the busier
// it is, the cheaper a call becomes. Any thread may submit; calls are settled on the writer's
// thread, in the order of their submission.
//
// No room (disk full, database locked by somebody else): the transaction is rolled back and its
// calls are tried one by one, so that a small one may still fit; what fails then is told
// Code::exhausted, and the next call is tried as usual. An I/O error or corruption: nothing is
// acknowledged any more, every later call fails with Code::corrupt, and `on_fatal` is told once.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/time.h"
#include "storage/sqlite/checkpoint.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/write_group.h"
#include "storage/sqlite/write_op.h"

namespace sloth {

class Writer {
 public:
    struct Options {
        size_t max_rows = 2000;      // of one transaction: some 25 ms, so that nobody waits longer
        size_t max_bytes = 4 << 20;  // the same, for large events
        size_t max_waiting = 64 << 20;  // bytes of calls in the queue; more are told to come later
        bool thread = true;             // false: tests call step()
        std::function<void(const Error&)> on_fatal;  // on the writer's thread
    };

    // `db` has its schema.
    static Result<std::unique_ptr<Writer>> open(Database db, HeldEvents& held, Clock& clock,
                                                Options options);
    ~Writer();  // settles what waits
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void submit(std::unique_ptr<WriteOp> op);

    // Runs `fn` in a transaction of its own or shared, and waits for the commit. Not from the
    // writer's thread. `fn` may run twice (see WriteOp::apply).
    Result<void> run(std::function<Result<void>(WriteGroup&)> fn);

    // One transaction of what waits, or, if nothing comes for `wait`, idle work. False when stopped
    // and drained.
    bool step(std::chrono::milliseconds wait);

    bool healthy() const { return healthy_; }
    int64_t commits() const { return commits_; }

 private:
    using Ops = std::vector<std::unique_ptr<WriteOp>>;
    struct Queue {
        Ops waiting;
        Ops refused;  // came when there was no room: told so in the next step
        size_t bytes = 0;
        bool stopping = false;
    };
    enum class Stage : uint8_t { begin, apply, commit, done };

    Writer(Database db, Options options);
    std::optional<Ops> take(std::chrono::milliseconds wait);  // nothing when stopped and drained
    void commit_all(Ops& ops);
    void settle(std::span<std::unique_ptr<WriteOp>> ops, const Result<void>& outcome);
    Result<void> transact(std::span<std::unique_ptr<WriteOp>> ops, Stage& stage);
    Result<void> apply(std::span<std::unique_ptr<WriteOp>> ops, Stage& stage);
    void note(const Result<void>& outcome);
    void fail_for_good(Error error);

    Database db_;
    Options options_;
    Statement begin_, commit_, rollback_;
    std::unique_ptr<WriteGroup> group_;
    std::unique_ptr<Checkpointer> checkpointer_;
    Signal<Queue> queue_;
    Ops taken_;  // beyond one transaction's size: the next step's
    std::atomic<bool> healthy_ = true;
    std::atomic<int64_t> commits_ = 0;
    Error fatal_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace sloth
