// Workers forked by the zygote. Borrows it: the zygote must outlive the runner.
#pragma once

#include <functional>
#include <utility>

#include "runner/worker_source.h"
#include "runner/worker_time.h"

namespace sloth {

class ZygoteSource final : public WorkerSource {
 public:
    // `on_lost`: the zygote is gone (killed by somebody, or by the system for its memory), and no
    // hook can run in this process any more. Called on the runner's thread.
    ZygoteSource(Zygote& zygote, WorkerOptions options,
                 std::function<void(const Error&)> on_lost = {})
        : zygote_(zygote), options_(options), on_lost_(std::move(on_lost)) {}

    Result<WorkerProcess> spawn() override;
    Result<Fd> start_command(const CommandSpec& spec, int in, int out, int err) override {
        return zygote_.start_command(spec, in, out, err);
    }
    std::optional<WorkerDeath> take_death() override { return zygote_.take_death(); }
    void kill(const WorkerProcess& worker) override;
    std::optional<Micros> used_time(const WorkerProcess& worker) override {
        return processor_time(worker.pid);
    }
    bool set_nice(const WorkerProcess& worker, int nice) override;

 private:
    Zygote& zygote_;
    WorkerOptions options_;
    std::function<void(const Error&)> on_lost_;
};

}  // namespace sloth
