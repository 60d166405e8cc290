// One at a time, in order: runs of events with the same ordering key, per hook. Logic only: the
// engine's thread.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace sloth {

template <class Run>
class KeyOrder {
 public:
    // Gives the run back if it may start now; otherwise keeps it until its turn.
    std::optional<Run> enter(const std::string& key, Run run) {
        const auto [line, first] = lines_.try_emplace(key);
        if (first) return run;
        line->second.push_back(std::move(run));
        ++waiting_;
        return {};
    }

    // A run of this key has ended: the next one that may start, if any.
    std::optional<Run> leave(const std::string& key) {
        const auto line = lines_.find(key);
        if (line == lines_.end()) return {};
        if (line->second.empty()) {
            lines_.erase(line);
            return {};
        }
        Run next = std::move(line->second.front());
        line->second.pop_front();
        --waiting_;
        return next;
    }

    size_t waiting() const { return waiting_; }

 private:
    std::unordered_map<std::string, std::deque<Run>>
        lines_;  // a key is here while one of its runs is live
    size_t waiting_ = 0;
};

}  // namespace sloth
