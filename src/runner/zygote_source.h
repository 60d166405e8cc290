// Workers forked by the zygote. Borrows it: the zygote must outlive the runner.
#pragma once

#include "runner/worker_source.h"
#include "runner/worker_time.h"

namespace sloth {

class ZygoteSource final : public WorkerSource {
 public:
    ZygoteSource(Zygote& zygote, WorkerOptions options) : zygote_(zygote), options_(options) {}

    Result<WorkerProcess> spawn() override { return zygote_.spawn(options_); }
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
};

}  // namespace sloth
