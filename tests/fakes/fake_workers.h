// Worker processes played by threads: they speak the frames, and run "hooks" whose source is a list
// of steps, one a line. For tests of the runner. The steps:
//
//   effect KIND ARGS   asks the broker and waits; the answer's payload joins the output
//   die N              ends its worker as by SIGKILL, in the attempts up to N
//   stall              stays in its slice until release_stalls() or the kill
//   hang               never ends and never answers (but its slice ends)
//   fail TEXT          ends as failed
//   memory N           ends as interrupted (no memory), in the attempts up to N
#pragma once

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <sstream>
#include <thread>

#include "base/guarded.h"
#include "lua/frames.h"
#include "lua/worker_page.h"
#include "runner/worker_source.h"

namespace sloth {

class FakeWorkers final : public WorkerSource {
 public:
    // `commands` lends real commands.
    explicit FakeWorkers(Zygote* zygote = nullptr) : commands(zygote) {}
    ~FakeWorkers() override {
        for (const auto& worker : workers_) stop(*worker);
    }

    Result<WorkerProcess> spawn() override {
        if (refuses) return fail(Code::failed, "no process to spare");
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
            return fail(Code::failed, "no socketpair");
        }
        auto worker = std::make_unique<Worker>();
        worker->pid = 1000 + static_cast<pid_t>(workers_.size());
        worker->socket = ends[1];
        Fd page(::memfd_create("page", MFD_CLOEXEC));
        if (::ftruncate(page.get(), sizeof(WorkerPage)) != 0) return fail(Code::failed, "no page");
        worker->page = static_cast<WorkerPage*>(
            ::mmap(nullptr, sizeof(WorkerPage), PROT_READ | PROT_WRITE, MAP_SHARED, page.get(), 0));
        WorkerProcess process;
        process.pid = worker->pid;
        process.socket = Fd(ends[0]);
        process.page = std::move(page);
        spawned_.with([](int& n) { ++n; });
        worker->thread = std::thread([this, w = worker.get()] { live(*w); });
        workers_.push_back(std::move(worker));
        return process;
    }
    Result<Fd> start_command(const CommandSpec& spec, int in, int out, int err) override {
        if (commands == nullptr) return fail(Code::failed, "no zygote to start commands");
        return commands->start_command(spec, in, out, err);
    }
    std::optional<WorkerDeath> take_death() override {
        return deaths_.with([](std::vector<WorkerDeath>& all) -> std::optional<WorkerDeath> {
            if (all.empty()) return std::nullopt;
            const WorkerDeath first = all.front();
            all.erase(all.begin());
            return first;
        });
    }
    void kill(const WorkerProcess& process) override {
        kills_.with([](int& n) { ++n; });
        for (const auto& worker : workers_) {
            if (worker->pid == process.pid) end(*worker);
        }
    }
    std::optional<Micros> used_time(const WorkerProcess&) override { return std::nullopt; }
    bool set_nice(const WorkerProcess&, int) override { return true; }

    std::atomic<bool> refuses = false;
    Zygote* const commands;

    // Any thread.
    void release_stalls() {
        stalls_.update([](int& n) { ++n; });
    }
    int spawned() const {
        return spawned_.with([](const int& n) { return n; });
    }
    int kills() const {
        return kills_.with([](const int& n) { return n; });
    }

 private:
    struct Program {
        std::vector<std::string> steps;
        size_t next = 0;
        uint32_t attempt = 1;
        uint32_t effects = 0;
        std::string output;
    };
    struct Worker {
        pid_t pid = 0;
        int socket = -1;
        WorkerPage* page = nullptr;
        std::atomic<bool> ended = false;
        std::thread thread;
        std::map<uint64_t, std::string> hooks;
        std::map<uint64_t, Program> runs;
    };

    void end(Worker& worker) {
        if (worker.ended.exchange(true)) return;
        deaths_.with([&](auto& all) { all.push_back({worker.pid, 9}); });
        ::shutdown(worker.socket, SHUT_RDWR);
        stalls_.update([](int&) {});
    }
    void stop(Worker& worker) {
        end(worker);
        if (worker.thread.joinable()) worker.thread.join();
        ::close(worker.socket);
        ::munmap(worker.page, sizeof(WorkerPage));
    }
    void send(Worker& worker, const std::string& bytes) {
        ::send(worker.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    static int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

    void live(Worker& worker);
    void on_frame(Worker& worker, const FrameView& frame);
    void run(Worker& worker, uint64_t wire);
    void finish(Worker& worker, uint64_t wire, int status, const std::string& error);
    bool step(Worker& worker, uint64_t wire, Program& program, const std::string& line);

    std::vector<std::unique_ptr<Worker>> workers_;
    Guarded<std::vector<WorkerDeath>> deaths_;
    Guarded<int> spawned_;
    Guarded<int> kills_;
    Signal<int> stalls_;
};

}  // namespace sloth

#include "tests/fakes/fake_workers_life.h"
