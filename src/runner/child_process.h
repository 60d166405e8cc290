// A child process in a session and process group of its own, with its output collected. It is
// awaited through a pidfd; both streams are always drained and kept up to a cap. Runner's thread
// only. Held by shared_ptr: it stays alive by itself until the process is reaped.
#pragma once

#include <sys/types.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "runner/loop.h"

namespace sloth {

struct ChildSpec {
    std::vector<std::string> argv;         // argv[0] is a path
    std::vector<std::string> environment;  // "NAME=value"
    std::string workdir;                   // "" is the service's
    std::optional<std::string> input;      // absent: /dev/null
    size_t output_cap = 0;                 // of each stream
    std::optional<Micros> timeout;
    Micros drain{};  // how long others may hold the streams after the child's own end
};

struct ChildResult {
    std::string out;
    std::string err;
    int exit_code = 0;  // -1 after a signal
    int signal = 0;
    bool timed_out = false;
    bool truncated = false;
};

class ChildProcess final : public std::enable_shared_from_this<ChildProcess> {
 public:
    using Done = std::move_only_function<void(ChildResult)>;

    // Code::failed with the reason if it cannot be started.
    static Result<std::shared_ptr<ChildProcess>> start(Loop& loop, ChildSpec spec, Done done);
    ~ChildProcess();

    // Ends the whole process group; `done` is never called.
    void abandon();
    pid_t pid() const { return pid_; }

 private:
    using Descriptor = boost::asio::posix::stream_descriptor;
    struct Stream {
        explicit Stream(Loop& loop) : pipe(loop.io()) {}
        Descriptor pipe;
        std::string text;
        bool open = true;
    };

    ChildProcess(Loop& loop, ChildSpec spec, Done done);
    Result<void> spawn();
    void watch();
    void read(Stream& stream);
    void drain(Stream& stream);
    void on_timeout();
    void on_exit();
    void on_drained();
    void finish_if_over();
    void kill_group();

    Loop& loop_;
    ChildSpec spec_;
    Done done_;
    pid_t pid_ = -1;
    bool reaped_ = false;
    Descriptor pidfd_;
    Stream out_;
    Stream err_;
    Timer timeout_;
    Timer drain_timer_;
    ChildResult result_;
};

}  // namespace sloth
