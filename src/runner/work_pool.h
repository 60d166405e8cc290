// A few threads for what blocks: files, name look-ups, slow hashes. The runner's loop itself never
// waits. Threads start with the first work, up to a limit, and end with the pool; what is under way
// then is waited for, what waits is dropped.
//
// `start` on the runner's thread. The work runs on a thread of the pool and shares nothing but what
// it was given by value; its answer comes back on the loop.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "runner/loop.h"
#include "runner/ongoing.h"

namespace sloth {

class WorkPool {
 public:
    // Asked to stop when nobody wants the answer any more: long work looks at it now and then.
    using Work = std::move_only_function<Answer(const std::stop_token&)>;

    WorkPool(std::shared_ptr<Loop> loop, size_t max_threads);
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    // `description`: as Ongoing::describe.
    std::shared_ptr<Ongoing> start(std::string description, Work work, Finished finished);

    // The same for what is no effect of a run: `done` runs on the loop.
    void run(std::move_only_function<void()> work, Loop::Job done);

 private:
    struct Shared;
    class Job;

    std::shared_ptr<Loop> loop_;
    std::unique_ptr<Shared> shared_;
};

}  // namespace sloth
