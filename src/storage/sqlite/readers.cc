#include "storage/sqlite/readers.h"

namespace sloth {
namespace {

constexpr int kCacheKib = 1024;
constexpr auto kPatience = std::chrono::seconds(30);

}  // namespace

Result<Statement*> Reader::statement(const std::string& sql) {
    auto known = statements_.find(sql);
    if (known == statements_.end()) {
        SLOTH_TRY(Statement statement, db_.prepare(sql));
        known = statements_.emplace(sql, std::move(statement)).first;
    }
    known->second.reset();
    return &known->second;
}

void Reader::reset() {
    for (auto& [sql, statement] : statements_) statement.reset();
}

Result<Snapshot> Snapshot::begin(Reader& reader) {
    SLOTH_TRY(Statement * begin, reader.statement("BEGIN"));
    SLOTH_TRY_VOID(begin->run());
    return Snapshot(reader);
}

Snapshot::~Snapshot() {
    if (!reader_) return;
    // Nothing was written: ending it cannot lose anything, and a failure ends it too.
    if (auto rollback = reader_->statement("ROLLBACK")) static_cast<void>((*rollback)->run());
}

Readers::Loan::~Loan() {
    if (reader_) readers_->give_back(std::move(reader_));
}

Result<Readers::Loan> Readers::borrow() {
    std::unique_ptr<Reader> reader;
    bool may_open = false;
    state_.wait_for(
        kPatience, [](const State& s) { return !s.free.empty() || s.open < kMaxReaders; },
        [&](State& s) {
            if (!s.free.empty()) {
                reader = std::move(s.free.back());
                s.free.pop_back();
            } else if (s.open < kMaxReaders) {
                ++s.open;
                may_open = true;
            }
        });
    if (reader) return Loan(*this, std::move(reader));
    if (!may_open) return fail(Code::timed_out, "read the store: all its readers are busy");
    auto db = Database::open(file_, Database::Mode::read_only, kCacheKib);
    if (!db) {
        state_.update([](State& s) { --s.open; });
        return fail_with(std::move(db).error());
    }
    return Loan(*this, std::make_unique<Reader>(std::move(*db)));
}

void Readers::give_back(std::unique_ptr<Reader> reader) {
    reader->reset();
    state_.update([&](State& s) { s.free.push_back(std::move(reader)); });
}

}  // namespace sloth
