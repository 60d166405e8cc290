// A small set of read-only connections, lent for one call each. Any thread. A reader keeps its
// prepared statements; its transactions must be short, since a log that is being read cannot be
// written back.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "storage/sqlite/database.h"

namespace sloth {

// One connection and its statements. Belongs to whoever borrowed it.
class Reader {
 public:
    explicit Reader(Database db) : db_(std::move(db)) {}

    // Prepared once and kept: for a fixed set of texts. Comes reset.
    Result<Statement*> statement(const std::string& sql);
    Database& db() { return db_; }
    // Ends what a statement that was not read to its end still reads.
    void reset();

 private:
    Database db_;
    std::unordered_map<std::string, Statement> statements_;
};

// A read transaction: all statements within it see one state. Ends with the scope.
class Snapshot {
 public:
    static Result<Snapshot> begin(Reader& reader);
    Snapshot(Snapshot&& other) noexcept : reader_(std::exchange(other.reader_, nullptr)) {}
    Snapshot& operator=(Snapshot&& other) noexcept {
        std::swap(reader_, other.reader_);
        return *this;
    }
    ~Snapshot();

 private:
    explicit Snapshot(Reader& reader) : reader_(&reader) {}
    Reader* reader_;
};

class Readers {
 public:
    static constexpr size_t kMaxReaders = 4;

    explicit Readers(std::filesystem::path file) : file_(std::move(file)) {}
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    class Loan {
     public:
        Loan() = default;
        Loan(Readers& readers, std::unique_ptr<Reader> reader)
            : readers_(&readers), reader_(std::move(reader)) {}
        Loan(Loan&&) noexcept = default;
        Loan& operator=(Loan&&) noexcept = default;
        ~Loan();
        Reader* operator->() { return reader_.get(); }
        Reader& operator*() { return *reader_; }

     private:
        Readers* readers_ = nullptr;
        std::unique_ptr<Reader> reader_;
    };

    // Opens one if none is free, waits if all of them are lent.
    Result<Loan> borrow();

 private:
    struct State {
        std::vector<std::unique_ptr<Reader>> free;
        size_t open = 0;
    };
    void give_back(std::unique_ptr<Reader> reader);

    std::filesystem::path file_;
    Signal<State> state_;
};

}  // namespace sloth
