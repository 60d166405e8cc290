// Something outside that was started for a run and has not ended: a child process, a sleep. Lives
// in the run's Delivery, so that it outlives the attempt that started it; destroying it ends it at
// once. Runner's thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lua/frames.h"

namespace sloth {

// What a call returns to the script.
struct Answer {
    AnswerKind kind = AnswerKind::values;
    std::string payload = "[]";  // a JSON array, or the message of a Lua error
};

inline Answer raise(std::string message) { return {AnswerKind::raise, std::move(message)}; }

class Ongoing {
 public:
    virtual ~Ongoing() = default;
    // `exec.run "make deploy"`: named when it is cut off, since nobody then knows what it did.
    // Empty if cutting it off leaves no doubt.
    virtual std::string describe() const = 0;
};

// Called once, by the Ongoing as the last thing it does; it is destroyed before the call returns.
using Finished = std::move_only_function<void(Answer)>;

}  // namespace sloth
