// The zygote: a small single-threaded process that main() forks before any thread, gRPC or curl
// exists, and that forks workers, and
// the supervisors of commands, on request. Linux; one owner thread at a time.
//
// Order of life: start() first thing in main; the master asks spawn() for workers; when the master
// goes, the kernel ends the zygote and its workers (parent-death signal), whatever they do.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>

#include "base/file.h"
#include "base/result.h"
#include "runner/command_spec.h"

namespace sloth {

struct WorkerOptions {
    int64_t memory_budget =
        1LL << 30;  // RLIMIT_AS over what the process has at its start; runs are refused below it
};

struct WorkerProcess {
    pid_t pid = 0;
    Fd pidfd;   // to kill; readable when it has ended
    Fd socket;  // our end of the frames (lua/frames.h), blocking mode as socketpair gives it
    Fd page;    // memfd of the WorkerPage
};

struct WorkerDeath {
    pid_t pid = 0;
    int status = 0;  // as waitpid gives it
};

class Zygote {
 public:
    // Forks the zygote. Call before any thread is started.
    static Result<std::unique_ptr<Zygote>> start();
    ~Zygote();  // ends it and all its workers
    Zygote(const Zygote&) = delete;
    Zygote& operator=(const Zygote&) = delete;

    // Blocks for about 0.3 ms.
    Result<WorkerProcess> spawn(const WorkerOptions& options);

    // Starts a command under a supervisor (command_process.h): the socket that leads to it. The
    // ends of the pipes are the caller's to close. What becomes of it is said over the socket.
    Result<Fd> start_command(const CommandSpec& spec, int in, int out, int err);

    // How a worker ended, once the zygote has reaped it; never blocks.
    std::optional<WorkerDeath> take_death();

    pid_t pid() const { return pid_; }
    // Whether it is there. Once gone it does not come back: this process has threads by now, and
    // must not fork.
    bool alive() const;

 private:
    Zygote(pid_t pid, Fd socket);

    pid_t pid_;
    Fd socket_;
    struct Deaths;
    std::unique_ptr<Deaths> deaths_;
};

}  // namespace sloth
