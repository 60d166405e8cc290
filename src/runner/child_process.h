// A command under its supervisor, with its output collected: both streams are always drained and
// kept up to a cap. Runner's thread only. Held by shared_ptr: it stays alive by itself until the
// whole tree of the command is gone.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runner/loop.h"
#include "runner/worker_source.h"

namespace sloth {

struct ChildSpec {
    CommandSpec command;
    std::optional<std::string> input;  // absent: /dev/null
    size_t output_cap = 0;             // of each stream
    std::optional<Micros> timeout;
    Micros drain{};       // how long others may hold the streams after the command's own end
    bool detach = false;  // what it leaves behind may go on
};

struct ChildResult {
    std::string out;
    std::string err;
    int exit_code = 0;  // -1 after a signal
    int signal = 0;
    bool timed_out = false;
    bool truncated = false;
    uint32_t left = 0;  // processes that it left behind, and that were ended
};

class ChildProcess final : public std::enable_shared_from_this<ChildProcess> {
 public:
    // Code::failed with the reason if the command could not be started.
    using Done = std::move_only_function<void(Result<ChildResult>)>;

    static Result<std::shared_ptr<ChildProcess>> start(Loop& loop, WorkerSource& source,
                                                       ChildSpec spec, Done done);

    // Ends the whole tree; `done` is never called.
    void abandon();

 private:
    using Descriptor = boost::asio::posix::stream_descriptor;
    struct Stream {
        explicit Stream(Loop& loop) : pipe(loop.io()) {}
        Descriptor pipe;
        std::string text;
        bool open = true;
    };

    ChildProcess(Loop& loop, ChildSpec spec, Done done);
    Result<void> spawn(WorkerSource& source);
    void watch();
    void listen();
    void hear();
    void read(Stream& stream);
    void drain(Stream& stream);
    void on_timeout();
    void on_end(const CommandReport& report);
    void on_drained();
    void finish_if_over();
    void fail_with_reason(std::string reason);
    void order(CommandOrder order);

    Loop& loop_;
    ChildSpec spec_;
    Done done_;
    bool ended_ = false;  // the command itself
    Descriptor control_;
    Stream out_;
    Stream err_;
    Timer timeout_;
    Timer drain_timer_;
    ChildResult result_;
};

}  // namespace sloth
