// The WatcherControl that the runner is given before there is a master: it passes on to the one
// that is set, and says that there is none until then. Any thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "ports/watcher_control.h"

namespace sloth {

class LateWatchers final : public WatcherControl {
 public:
    // Null: none any more. A call that is under way keeps the one that it was given to.
    void set(std::shared_ptr<WatcherControl> control) {
        control_.with([&](auto& current) { current.swap(control); });
    }

    void put(std::string agent, std::string spec, Done done) override {
        if (const auto control = current()) {
            return control->put(std::move(agent), std::move(spec), std::move(done));
        }
        done(none());
    }
    void remove(std::string agent, std::string ref, Done done) override {
        if (const auto control = current()) {
            return control->remove(std::move(agent), std::move(ref), std::move(done));
        }
        done(none());
    }

 private:
    std::shared_ptr<WatcherControl> current() const {
        return control_.with([](const auto& current) { return current; });
    }
    static std::unexpected<Error> none() {
        return fail_with({Code::unreachable,
                          "no master runs: watchers can be registered only by hooks of a running "
                          "master",
                          "start one with `sloth-runner up`"});
    }

    Guarded<std::shared_ptr<WatcherControl>> control_;
};

}  // namespace sloth
