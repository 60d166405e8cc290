// The worker's one loop: frames in, runs resumed, frames out. Built by worker_main around the
// socket to the master; tests drive step() over a socketpair. Single-threaded.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/file.h"
#include "lua/frames.h"
#include "lua/run.h"
#include "lua/worker_page.h"

namespace sloth {

class WorkerLoop {
 public:
    struct Options {
        int64_t memory_budget = 768LL << 20;  // of all runs together; below the process's limit
        Micros slice = 1ms;
        int check_every = 1000;  // instructions between looks at the clock
    };

    WorkerLoop(Fd socket, WorkerPage& page, Clock& clock, Random& random, const Options& options);
    ~WorkerLoop();

    // The first frame: what this machine's lockdown lacks, a line each; empty is nothing.
    void announce(std::string_view warnings);

    // One turn: takes the frames that are there, gives every ready run a slice until the turn is
    // over, writes what came out. Waits for a frame, at most `max_wait`, only if no run is ready.
    // False when the master has gone or speaks nonsense.
    bool step(Millis max_wait);

 private:
    struct Entry {
        std::unique_ptr<lua::Run> run;
        bool queued = true;  // its next slice is due; else it waits and stands in deadlines_
    };

    bool wait(Millis max_wait);
    bool receive();
    bool take_frames();
    bool take(const FrameView& frame);
    void take_run(const FrameView& frame);
    void take_answer(const FrameView& frame);
    void start(uint64_t id, std::unique_ptr<lua::Run> run);
    void forget(uint64_t id);
    void run_ready();
    void resume(uint64_t id, Entry& entry);
    void expire_waiting();
    void send_done(uint64_t id, lua::Run& run);
    void send_failed(uint64_t id, std::string_view error);
    bool flush();

    Fd socket_;
    WorkerPage& page_;
    Clock& clock_;
    lua::WorkerMemory memory_;
    lua::Library library_;
    lua::VirtualMachine vm_;
    std::unordered_map<uint64_t, std::shared_ptr<const lua::HookSource>> hooks_;
    std::unordered_map<uint64_t, Entry> runs_;
    std::deque<uint64_t> ready_;                         // may name runs that are no more
    std::set<std::pair<MonoTime, uint64_t>> deadlines_;  // of the waiting runs
    std::unique_ptr<char[]> read_buffer_;
    std::string in_;
    size_t in_used_ = 0;
    std::string out_;
    size_t out_sent_ = 0;
};

}  // namespace sloth
