// Requests to agents that wait for their answers. Any thread; wait() blocks its caller.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"

namespace sloth {

class AgentCalls {
 public:
    struct Slot {
        Signal<std::optional<Result<std::string>>> answer;
    };
    struct Call {
        uint64_t number = 0;
        std::shared_ptr<Slot> slot;
    };

    // `stream` is whom it is asked of: only that one may answer.
    Call begin(const void* stream);
    // Code::timed_out after `limit`. Forgets the call either way.
    Result<std::string> wait(const Call& call, Micros limit);

    // An answer to a call that nobody waits for any more is dropped.
    void answer(const void* stream, uint64_t number, Result<std::string> result);
    // Nothing more comes from it: all that wait for it get `error`.
    void stream_ended(const void* stream, const Error& error);

 private:
    struct Waiting {
        const void* stream = nullptr;
        std::shared_ptr<Slot> slot;
    };
    struct State {
        uint64_t last = 0;
        std::map<uint64_t, Waiting> waiting;
    };
    Guarded<State> state_;
};

}  // namespace sloth
