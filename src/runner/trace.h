// The effects of one run, as a person who tries a hook sees them. Runner's thread.
#pragma once

#include <string_view>
#include <vector>

#include "ports/hook_runner.h"
#include "runner/ongoing.h"

namespace sloth {

class Trace {
 public:
    void begin(std::string_view name, std::string_view arguments, MonoTime now);
    void end(const Answer& answer, bool dry, MonoTime now);
    std::vector<EffectTrace> take();

 private:
    struct Open {
        MonoTime began{};
        bool open = false;
    };
    std::vector<EffectTrace> calls_;
    Open last_;  // a run waits for one effect at a time
};

}  // namespace sloth
