// A machine that a test makes up: readings are set by hand. One thread.
#pragma once

#include <map>

#include "ports/host.h"

namespace sloth {

class FakeHost final : public Host {
 public:
    Result<CpuReading> cpu() override { return cpu_; }
    Result<MemoryReading> memory() override { return memory_; }
    Result<std::vector<Mount>> mounts() override { return mounts_; }
    Result<DiskSpace> space(const std::string& path) override {
        const auto it = spaces_.find(path);
        if (it == spaces_.end()) return fail(Code::not_found, "no disk at '{}'", path);
        return it->second;
    }
    Result<std::vector<ProcessReading>> processes() override {
        ++walks;
        return processes_;
    }
    Result<ProcessReading> process(int pid) override {
        for (const ProcessReading& process : processes_) {
            if (process.pid == pid) return process;
        }
        return fail(Code::not_found, "no process {}", pid);
    }
    std::string boot_id() override { return boot_; }
    double ticks_per_second() override { return 100; }
    Result<uint32_t> user_id(std::string_view name) override {
        if (name == "root") return 0;
        if (name == "www") return 33;
        return fail(Code::not_found, "no user '{}'", name);
    }
    Result<std::vector<Listener>> listeners() override { return listeners_; }
    Result<std::vector<InterfaceReading>> interfaces() override { return interfaces_; }

    CpuReading cpu_;
    MemoryReading memory_;
    std::vector<Mount> mounts_;
    std::map<std::string, DiskSpace> spaces_;
    std::vector<ProcessReading> processes_;
    std::string boot_ = "boot-1";
    std::vector<Listener> listeners_;
    std::vector<InterfaceReading> interfaces_;
    int walks = 0;  // through all processes
};

}  // namespace sloth
