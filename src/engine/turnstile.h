// At most so many at a time, in the order of their coming: runs of events with the same ordering
// key (one at a time, per hook), and runs of a hook with a limit of its own. Logic only: the
// engine's thread.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace sloth {

template <class Run>
class Turnstile {
 public:
    // Gives the run back if it may start now; otherwise keeps it until its turn. `width`: how many
    // may be inside at once; the newest word counts.
    std::optional<Run> enter(const std::string& key, Run run, size_t width = 1) {
        Line& line = lines_[key];
        line.width = width;
        if (line.inside < width && line.waiting.empty()) {
            ++line.inside;
            return run;
        }
        line.waiting.push_back(std::move(run));
        ++waiting_;
        return {};
    }

    // A run of this key has ended: the next one that may start, if any.
    std::optional<Run> leave(const std::string& key) {
        const auto found = lines_.find(key);
        if (found == lines_.end()) return {};
        Line& line = found->second;
        --line.inside;
        if (line.waiting.empty()) {
            if (line.inside == 0) lines_.erase(found);
            return {};
        }
        if (line.inside >= line.width) return {};
        Run next = std::move(line.waiting.front());
        line.waiting.pop_front();
        ++line.inside;
        --waiting_;
        return next;
    }

    size_t waiting() const { return waiting_; }

 private:
    struct Line {
        size_t width = 1;
        size_t inside = 0;
        std::deque<Run> waiting;
    };
    std::unordered_map<std::string, Line> lines_;  // a key is here while one of its runs is inside
    size_t waiting_ = 0;
};

}  // namespace sloth
