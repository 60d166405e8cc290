// The data folder: where everything lies, and the lock that says whose it is just now. Blocking;
// the main thread. Source: the CLI contract, "Running" and architecture.md 1.
#pragma once

#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"

namespace sloth {

struct DataDir {
    std::filesystem::path root;

    std::filesystem::path database() const { return root / "master.db"; }
    std::filesystem::path agent_database() const { return root / "agent.db"; }
    std::filesystem::path lock() const { return root / "lock"; }
    std::filesystem::path agent_lock() const { return root / "agent.lock"; }
    // In the folder; or, where that would be longer than the 107 characters that a socket address
    // holds, in the runtime folder under a hash of it.
    std::filesystem::path socket() const;

    // Creates it (mode 0700) if it is not there. Code::refused or Code::failed with the path and
    // the reason.
    Result<void> create() const;
};

// What the lock file says of its holder: for people and for finding the socket.
struct LockHolder {
    int64_t pid = 0;
    std::string role;     // "up", "master", "command", "bench"
    std::string socket;   // "" while none is served
    std::string address;  // host:port for agents
};

class DataLock {
 public:
    // Tries for `patience`; then Code::conflict, naming the holder.
    static Result<DataLock> acquire(const DataDir& dir, const std::string& role, Micros patience);
    // The same for one file of several in the folder: an agent's.
    static Result<DataLock> acquire_file(const std::filesystem::path& file, const DataDir& dir,
                                         const std::string& role, Micros patience);
    Result<void> announce(const LockHolder& holder);

 private:
    explicit DataLock(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

// Of a lock that somebody holds; empty fields if it cannot be read.
LockHolder read_lock_holder(const std::filesystem::path& lock_file);

// Somebody accepts connections on it. Never blocks for long.
bool is_socket_served(const std::filesystem::path& path);

}  // namespace sloth
