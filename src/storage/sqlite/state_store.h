// StateStore over SQLite: reads only. Any thread.
#pragma once

#include "ports/clock.h"
#include "ports/state_store.h"
#include "storage/sqlite/readers.h"

namespace sloth {

class SqliteStateStore final : public StateStore {
 public:
    SqliteStateStore(Readers& readers, Clock& clock) : readers_(readers), clock_(clock) {}

    Result<std::optional<std::string>> get(std::string_view stack, std::string_view key) override;
    Result<std::vector<std::pair<std::string, std::string>>> scan(std::string_view stack,
                                                                  std::string_view prefix) override;

 private:
    Readers& readers_;
    Clock& clock_;
};

}  // namespace sloth
