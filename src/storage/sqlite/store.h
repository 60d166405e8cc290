// The master's store: the file master.db in the data folder, and the ports over it. Opened
// once by whoever holds the data folder's lock; every life of it is a new epoch. The ports are any
// thread's and live as long as the store.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "ports/agent_store.h"
#include "ports/agent_watcher_store.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/execution_store.h"
#include "ports/hook_store.h"
#include "ports/secret_store.h"
#include "ports/state_store.h"
#include "storage/sqlite/writer.h"

namespace sloth {

class SqliteStore {
 public:
    struct Options {
        Writer::Options writer;
        // Files up to this size are checked whole after an unclean stop. A larger one would delay
        // the start by seconds; of it only the small tables are, and damage elsewhere is found when
        // it is read (every page is checked then).
        int64_t max_full_check = 256 << 20;
    };

    // Makes the file if there is none, brings an older schema up to date. Code::corrupt (with
    // advice) for a damaged file, Code::refused for a newer schema, Code::exhausted for a full
    // disk.
    static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& data_folder,
                                                     Clock& clock, Options options);
    static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& data_folder,
                                                     Clock& clock);
    // Settles what waits, writes the log back, notes that the stop was clean.
    ~SqliteStore();
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    EventStore& events();
    HookStore& hooks();
    ExecutionStore& executions();
    StateStore& state();
    AgentStore& agents();
    AgentWatcherStore& agent_watchers();
    SecretStore& secrets();

    bool was_clean() const;  // whether the life before this one closed in order
    bool healthy() const;    // false: every write fails from now on, the process should end
    int64_t commits() const;

 private:
    struct Parts;
    explicit SqliteStore(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace sloth
