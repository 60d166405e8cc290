#include "runner/work_pool.h"

#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/thread_name.h"

namespace sloth {
namespace {

constexpr std::chrono::hours kLong{1};  // a wait that others end

}  // namespace

struct WorkPool::Shared {
    struct Queue {
        std::deque<std::move_only_function<void()>> waiting;
        size_t idle = 0;
        bool closed = false;
    };
    size_t max_threads = 1;
    Signal<Queue> queue;
    std::vector<std::jthread> threads;

    void serve() {
        name_this_thread("runner-work");
        for (;;) {
            std::move_only_function<void()> work;
            queue.update([](Queue& q) { ++q.idle; });
            const bool closed = queue.wait_for(
                kLong, [](const Queue& q) { return q.closed || !q.waiting.empty(); },
                [&](Queue& q) {
                    --q.idle;
                    if (!q.closed && !q.waiting.empty()) {
                        work = std::move(q.waiting.front());
                        q.waiting.pop_front();
                    }
                    return q.closed;
                });
            if (closed) return;
            if (work) work();
        }
    }

    void add(std::move_only_function<void()> work) {
        const bool hire = queue.update([&](Queue& q) {
            q.waiting.push_back(std::move(work));
            return q.waiting.size() > q.idle;
        });
        if (hire && threads.size() < max_threads) threads.emplace_back([this] { serve(); });
    }
};

// The loop's end of one piece of work; the pool's end holds only what is in `Common`.
class WorkPool::Job final : public Ongoing {
 public:
    struct Common {
        std::stop_source stop;
        Job* owner = nullptr;  // the loop's thread only; null: nobody wants the answer
    };

    Job(std::string description, Finished finished)
        : description_(std::move(description)), finished_(std::move(finished)) {
        common_->owner = this;
    }
    ~Job() override {
        common_->owner = nullptr;
        common_->stop.request_stop();
    }
    const std::shared_ptr<Common>& common() const { return common_; }
    std::string describe() const override { return description_; }
    void finish(Answer answer) {
        common_->owner = nullptr;
        Finished finished = std::move(finished_);
        finished(std::move(answer));
    }

 private:
    std::shared_ptr<Common> common_ = std::make_shared<Common>();
    std::string description_;
    Finished finished_;
};

WorkPool::WorkPool(std::shared_ptr<Loop> loop, size_t max_threads)
    : loop_(std::move(loop)), shared_(std::make_unique<Shared>()) {
    shared_->max_threads = max_threads;
}

WorkPool::~WorkPool() {
    shared_->queue.update([](Shared::Queue& q) { q.closed = true; });
    shared_->threads.clear();  // joins
}

std::shared_ptr<Ongoing> WorkPool::start(std::string description, Work work, Finished finished) {
    auto job = std::make_shared<Job>(std::move(description), std::move(finished));
    shared_->add([loop = loop_, common = job->common(), work = std::move(work)]() mutable {
        if (common->stop.stop_requested()) return;
        Answer answer = work(common->stop.get_token());
        loop->post([common = std::move(common), answer = std::move(answer)]() mutable {
            if (common->owner != nullptr) common->owner->finish(std::move(answer));
        });
    });
    return job;
}

void WorkPool::run(std::move_only_function<void()> work, Loop::Job done) {
    shared_->add([loop = loop_, work = std::move(work), done = std::move(done)]() mutable {
        work();
        loop->post(std::move(done));
    });
}

}  // namespace sloth
