// A WatcherControl that remembers what it was asked. It answers at once on the caller's thread, or,
// while it holds, when the answers are taken. Any thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "ports/watcher_control.h"

namespace sloth {

class FakeWatcherControl final : public WatcherControl {
 public:
    struct Content {
        std::vector<std::string> asked;  // "put web-01 {...}", "remove web-01 passwd"
        Result<std::string> answer = "watcher-1";
        bool hold = false;
        std::vector<Done> held;
    };

    void put(std::string agent, std::string spec, Done done) override {
        ask("put " + agent + " " + spec, std::move(done));
    }
    void remove(std::string agent, std::string ref, Done done) override {
        ask("remove " + agent + " " + ref, std::move(done));
    }

    void set_answer(Result<std::string> answer) {
        content_.update([&](Content& c) { c.answer = std::move(answer); });
    }
    void hold() {
        content_.update([](Content& c) { c.hold = true; });
    }
    // Holds no longer.
    std::vector<Done> take_held() {
        return content_.update([](Content& c) {
            c.hold = false;
            return std::exchange(c.held, {});
        });
    }
    std::vector<std::string> asked() { return wait(0); }
    // Until it was asked so often; what there is after 10 s.
    std::vector<std::string> wait(size_t count) {
        return content_.wait_for(
            std::chrono::seconds(60), [&](const Content& c) { return c.asked.size() >= count; },
            [](const Content& c) { return c.asked; });
    }

 private:
    void ask(std::string what, Done done) {
        Result<std::string> answer;
        const bool held = content_.update([&](Content& c) {
            c.asked.push_back(std::move(what));
            answer = c.answer;
            if (c.hold) c.held.push_back(std::move(done));
            return c.hold;
        });
        if (!held) done(std::move(answer));
    }

    Signal<Content> content_;
};

}  // namespace sloth
