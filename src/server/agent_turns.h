// One at a time for each agent: over everything that is asked of it and stored about it. Any
// thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"

namespace sloth {

class AgentTurns {
 public:
    // Held from take() to its end. Must not outlive its AgentTurns.
    class Turn {
     public:
        Turn(Turn&& other) noexcept
            : turns_(std::exchange(other.turns_, nullptr)), agent_(std::move(other.agent_)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (turns_ != nullptr) turns_->busy_.update([&](auto& busy) { busy.erase(agent_); });
        }

     private:
        friend class AgentTurns;
        Turn(AgentTurns& turns, std::string_view agent) : turns_(&turns), agent_(agent) {}
        AgentTurns* turns_;
        std::string agent_;
    };

    // Code::timed_out when those before take too long.
    Result<Turn> take(std::string_view agent, Micros limit = 30s) {
        bool mine = false;
        busy_.wait_for(
            limit, [&](const auto& busy) { return !busy.contains(agent); },
            [&](auto& busy) { mine = busy.emplace(agent).second; });
        if (mine) return Turn(*this, agent);
        return fail_with({Code::timed_out,
                          fmt::format("the agent '{}' is busy with what was asked before", agent),
                          "try again"});
    }

 private:
    Signal<std::set<std::string, std::less<>>> busy_;
};

}  // namespace sloth
