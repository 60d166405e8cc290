#include "storage/sqlite/writer.h"

#include <algorithm>
#include <future>

#include "base/thread_name.h"

namespace sloth {
namespace {

constexpr auto kIdleAfter = std::chrono::milliseconds(200);

// A refusal by `fn` itself (no such row, not allowed) is its caller's alone: its own changes are
// undone, the transaction that it shares goes on.
class RunOp final : public WriteOp {
 public:
    RunOp(std::function<Result<void>(WriteGroup&)> fn, std::promise<Result<void>> done)
        : fn_(std::move(fn)), done_(std::move(done)) {}

    Result<void> apply(WriteGroup& group) override {
        SLOTH_TRY_VOID(group.db().exec("SAVEPOINT op"));
        refusal_ = fn_(group);
        if (refusal_) return group.db().exec("RELEASE op");
        if (is_fault(refusal_.error().code)) return refusal_;
        return group.db().exec("ROLLBACK TO op; RELEASE op");
    }
    void settle(Result<void> outcome) override {
        done_.set_value(outcome ? std::move(refusal_) : std::move(outcome));
    }
    size_t rows() const override { return 1; }
    size_t bytes() const override { return 0; }
    bool may_be_refused() const override { return false; }

 private:
    static bool is_fault(Code code) {
        return code == Code::corrupt || code == Code::exhausted || code == Code::failed;
    }

    std::function<Result<void>(WriteGroup&)> fn_;
    std::promise<Result<void>> done_;
    Result<void> refusal_;
};

}  // namespace

Writer::Writer(Database db, Options options) : db_(std::move(db)), options_(std::move(options)) {}

Result<std::unique_ptr<Writer>> Writer::open(Database db, HeldEvents& held, Clock& clock,
                                             Options options) {
    std::unique_ptr<Writer> writer(new Writer(std::move(db), std::move(options)));
    SLOTH_TRY(writer->begin_, writer->db_.prepare("BEGIN IMMEDIATE"));
    SLOTH_TRY(writer->commit_, writer->db_.prepare("COMMIT"));
    SLOTH_TRY(writer->rollback_, writer->db_.prepare("ROLLBACK"));
    SLOTH_TRY(writer->group_, WriteGroup::open(writer->db_, held, clock));
    writer->checkpointer_ = std::make_unique<Checkpointer>(writer->db_);
    if (writer->options_.thread) {
        writer->thread_ = std::thread([self = writer.get()] {
            name_this_thread("store-writer");
            while (self->step(kIdleAfter)) {
            }
        });
    }
    return writer;
}

Writer::~Writer() {
    queue_.update([](Queue& q) { q.stopping = true; });
    if (thread_.joinable()) {
        thread_.join();
    } else if (group_) {
        while (step(std::chrono::milliseconds(0))) {
        }
    }
}

void Writer::submit(std::unique_ptr<WriteOp> op) {
    const size_t bytes = op->bytes();
    queue_.update([&](Queue& q) {
        if (q.bytes > options_.max_waiting && op->may_be_refused()) {
            q.refused.push_back(std::move(op));
        } else {
            q.bytes += bytes;
            q.waiting.push_back(std::move(op));
        }
    });
}

Result<void> Writer::run(std::function<Result<void>(WriteGroup&)> fn) {
    std::promise<Result<void>> done;
    auto outcome = done.get_future();
    submit(std::make_unique<RunOp>(std::move(fn), std::move(done)));
    if (!options_.thread) {
        while (outcome.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
            step(std::chrono::milliseconds(0));
        }
    }
    return outcome.get();
}

std::optional<Writer::Ops> Writer::take(std::chrono::milliseconds wait) {
    Ops refused;
    if (!taken_.empty()) wait = std::chrono::milliseconds(0);
    const bool open = queue_.wait_for(
        wait, [](const Queue& q) { return !q.waiting.empty() || !q.refused.empty() || q.stopping; },
        [&](Queue& q) {
            refused.swap(q.refused);
            if (taken_.empty()) {
                taken_.swap(q.waiting);
                q.bytes = 0;
            }
            return !q.stopping || !taken_.empty() || !refused.empty();
        });
    if (!open) return {};
    settle(refused, fail_with({Code::exhausted, "store events: too many wait to be written already",
                               "try again later, or more slowly"}));
    size_t rows = 0;
    size_t bytes = 0;
    size_t count = 0;
    while (count < taken_.size() &&
           (count == 0 || (rows < options_.max_rows && bytes < options_.max_bytes))) {
        rows += taken_[count]->rows();
        bytes += taken_[count]->bytes();
        ++count;
    }
    if (count == taken_.size()) return std::exchange(taken_, {});
    Ops ops(std::make_move_iterator(taken_.begin()),
            std::make_move_iterator(taken_.begin() + ptrdiff_t(count)));
    taken_.erase(taken_.begin(), taken_.begin() + ptrdiff_t(count));
    return ops;
}

bool Writer::step(std::chrono::milliseconds wait) {
    // Without anything to write back there is no reason to wake up.
    if (wait > std::chrono::milliseconds(0) && !checkpointer_->has_work()) {
        wait = std::chrono::hours(1);
    }
    auto ops = take(wait);
    if (!ops) return false;
    if (!ops->empty()) {
        commit_all(*ops);
    } else if (healthy_) {
        note(checkpointer_->when_idle());
    }
    return true;
}

void Writer::commit_all(Ops& ops) {
    if (!healthy_) return settle(ops, fail_with(fatal_));
    Stage stage = Stage::begin;
    const auto outcome = transact(ops, stage);
    const bool one_by_one = !outcome && healthy_ && ops.size() > 1 && stage != Stage::begin;
    if (!one_by_one) {
        settle(ops, outcome);
    } else {
        for (auto& op : ops) {
            const std::span single(&op, 1);
            settle(single, healthy_ ? transact(single, stage) : fail_with(fatal_));
        }
    }
    if (healthy_) note(checkpointer_->after_commit());
}

void Writer::settle(std::span<std::unique_ptr<WriteOp>> ops, const Result<void>& outcome) {
    for (auto& op : ops) op->settle(outcome);
}

Result<void> Writer::transact(std::span<std::unique_ptr<WriteOp>> ops, Stage& stage) {
    auto outcome = apply(ops, stage);
    if (outcome) {
        ++commits_;
        group_->committed();
        return outcome;
    }
    note(outcome);
    if (sqlite3_get_autocommit(db_.handle()) == 0) {
        const auto undone = rollback_.run();
        if (!undone) note(fail(Code::corrupt, "{}", undone.error().message));
    }
    group_->rolled_back();
    return outcome;
}

Result<void> Writer::apply(std::span<std::unique_ptr<WriteOp>> ops, Stage& stage) {
    stage = Stage::begin;
    SLOTH_TRY_VOID(begin_.run());
    stage = Stage::apply;
    for (auto& op : ops) SLOTH_TRY_VOID(op->apply(*group_));
    SLOTH_TRY_VOID(group_->before_commit());
    stage = Stage::commit;
    SLOTH_TRY_VOID(commit_.run());
    stage = Stage::done;
    return {};
}

void Writer::note(const Result<void>& outcome) {
    if (!outcome && outcome.error().code == Code::corrupt) fail_for_good(outcome.error());
}

void Writer::fail_for_good(Error error) {
    if (!healthy_.exchange(false)) return;
    fatal_ = std::move(error);
    if (options_.on_fatal) options_.on_fatal(fatal_);
}

}  // namespace sloth
