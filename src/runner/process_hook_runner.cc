#include "runner/process_hook_runner.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/guarded.h"
#include "base/thread_name.h"
#include "runner/runs.h"

namespace sloth {

struct ProcessHookRunner::Impl {
    Impl(RunnerOptions given, Ports ports)
        : options(std::move(given)),
          loop(std::make_shared<Loop>(ports.clock)),
          runs(
              loop, options,
              RunsPorts{ports.workers, ports.events, ports.state, ports.secrets, ports.watchers,
                        ports.log, UuidGenerator({ports.random.next(), ports.random.next()})},
              [this](std::vector<RunOutcome> outcomes) {
                  if (RunSink* to = sink.load()) to->completed(std::move(outcomes));
              },
              [this](std::string text) { add_warnings(text); }),
          thread([this] {
              name_this_thread("runner");
              runs.open();
              loop->run();
          }) {}

    ~Impl() {
        loop->stop();
        thread.join();
    }

    void add_warnings(std::string_view text) {
        while (!text.empty()) {
            const size_t end = std::min(text.find('\n'), text.size());
            const std::string line(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
            warnings.with([&](std::vector<std::string>& all) {
                if (!line.empty() && std::ranges::find(all, line) == all.end()) all.push_back(line);
            });
        }
    }

    const RunnerOptions options;
    std::shared_ptr<Loop> loop;
    std::atomic<RunSink*> sink = nullptr;
    Guarded<std::vector<std::string>> warnings;
    Runs runs;
    std::thread thread;
};

ProcessHookRunner::ProcessHookRunner(RunnerOptions options, Ports ports)
    : impl_(std::make_unique<Impl>(std::move(options), ports)) {}

ProcessHookRunner::~ProcessHookRunner() = default;

void ProcessHookRunner::set_sink(RunSink* sink) { impl_->sink = sink; }

void ProcessHookRunner::start(std::vector<RunRequest> requests) {
    if (requests.empty()) return;
    impl_->loop->post([this, requests = std::move(requests)]() mutable {
        impl_->runs.start(std::move(requests));
    });
}

void ProcessHookRunner::hand_back() {
    impl_->loop->post([this] { impl_->runs.hand_back(); });
}

void ProcessHookRunner::load(std::string chunk_name, std::string source, Purpose purpose,
                             Loaded done) {
    LoadJob job{std::move(chunk_name), std::move(source), purpose, std::move(done)};
    impl_->loop->post([this, job = std::move(job)]() mutable { impl_->runs.load(std::move(job)); });
}

std::vector<std::string> ProcessHookRunner::warnings() const {
    return impl_->warnings.with([](const std::vector<std::string>& all) { return all; });
}

std::vector<WorkerStatus> ProcessHookRunner::workers() const {
    using Answer = std::optional<std::vector<WorkerStatus>>;
    const auto answer = std::make_shared<Signal<Answer>>();
    impl_->loop->post(
        [this, answer] { answer->update([&](Answer& value) { value = impl_->runs.status(); }); });
    return answer->wait_for(
        std::chrono::seconds(1), [](const Answer& value) { return value.has_value(); },
        [](const Answer& value) { return value.value_or(std::vector<WorkerStatus>{}); });
}

}  // namespace sloth
