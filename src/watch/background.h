// Work that may hang: looking up a name, measuring a network disk. It runs on a thread of its own,
// and its owner is told by a Notice when there is an answer. Used by the agent's thread. An owner
// that is gone, or a machine that is, drops the answer; the thread ends when its work does.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/guarded.h"
#include "watch/notifier.h"

namespace sloth {

template <class T>
class Answer {
 public:
    std::optional<T> take() {
        return value_.with([](std::optional<T>& value) { return std::exchange(value, {}); });
    }
    void put(T value) {
        value_.with([&](std::optional<T>& slot) { slot = std::move(value); });
    }

 private:
    Guarded<std::optional<T>> value_;
};

class Background final : public NoticeSource {
 public:
    static constexpr int kThreads = 4;  // at once: when all hang, the rest waits

    explicit Background(Notifier& notifier);
    ~Background() override;
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    template <class T>
    std::shared_ptr<Answer<T>> ask(uint64_t owner, std::move_only_function<T()> work) {
        auto answer = std::make_shared<Answer<T>>();
        run(owner, [answer, work = std::move(work)]() mutable { answer->put(work()); });
        return answer;
    }

    void read(std::vector<Notice>& notices) override;

 private:
    struct State;
    void run(uint64_t owner, std::move_only_function<void()> work);

    Notifier& notifier_;
    std::shared_ptr<State> state_;
};

}  // namespace sloth
