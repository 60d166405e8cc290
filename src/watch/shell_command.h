// One run of a command under /bin/sh, in a session of its own: its output is read as it comes,
// bounded; at its deadline, or when it is not wanted any more, all its processes are killed. Never
// blocks; one thread; its owner is told by notices.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/sha256.h"
#include "base/time.h"
#include "watch/notifier.h"

namespace sloth {

// Ended children of which nobody has taken notice yet: a killed one may take its time.
class Reaper {
 public:
    void adopt(pid_t pid);
    void reap();
    ~Reaper() { reap(); }

 private:
    std::vector<pid_t> pids_;
};

class ShellCommand {
 public:
    struct Outcome {
        int status = 0;  // as wait(2) gives it; of a killed one 9
        bool timed_out = false;
        std::string output;       // the beginning
        std::string output_hash;  // of all of it
        bool cut = false;
        std::string errors;  // the beginning of standard error
        Micros duration{};
    };

    static constexpr size_t kMaxOutput = 16 << 10;
    static constexpr size_t kMaxErrors = 2 << 10;

    static Result<std::unique_ptr<ShellCommand>> start(const std::string& command,
                                                       Notifier& notifier, uint64_t owner,
                                                       Reaper& reaper, Micros timeout,
                                                       MonoTime now);
    ~ShellCommand();
    ShellCommand(const ShellCommand&) = delete;
    ShellCommand& operator=(const ShellCommand&) = delete;

    std::optional<Outcome> step(MonoTime now);
    MonoTime deadline() const { return deadline_; }

 private:
    ShellCommand(Notifier& notifier, Reaper& reaper) : notifier_(notifier), reaper_(reaper) {}
    void read(Fd& from, std::string& into, size_t most, bool hashed);
    void close(Fd& fd);

    Notifier& notifier_;
    Reaper& reaper_;
    pid_t pid_ = -1;
    Fd pidfd_;
    Fd output_;
    Fd errors_;
    Sha256 hash_;
    MonoTime begun_{};
    MonoTime deadline_{};
    Outcome outcome_;
};

}  // namespace sloth
