// How a group of processes comes and goes: news and walks in, events out. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sloth {

struct ProcessMember {
    int pid = 0;
    uint64_t started = 0;  // ticks; 0 is never a member of what is found now
    uint32_t uid = 0;
    std::string name;
    std::string command;  // cut

    bool operator==(const ProcessMember&) const = default;
};

using ProcessMembers = std::map<int, ProcessMember>;

// Something that was told while it happened.
struct ProcessTurn {
    bool started = false;
    ProcessMember member;       // of an end only the pid
    std::optional<int> status;  // as wait(2) gives it; nothing if nobody knows
};

struct ProcessEvent {
    enum class Kind : uint8_t { started, stopped, crashed };

    Kind kind = Kind::started;
    ProcessMember member;
    std::optional<int> status;
    size_t left = 0;  // members after it
};

class ProcessLife {
 public:
    // `each`: every start and end is told, not only the first and the last.
    ProcessLife(ProcessMembers members, bool each) : members_(std::move(members)), each_(each) {}

    void take(const ProcessTurn& turn);
    // All that fit, found in one walk.
    void take(const ProcessMembers& found);

    // The last one that was known has ended: a child of it may go on, which only a walk shows.
    bool in_doubt() const { return stopped_by_news_; }

    const ProcessMembers& members() const { return members_; }
    const std::vector<ProcessEvent>& events() const { return events_; }

 private:
    void start(const ProcessMember& member);
    void end(int pid, std::optional<int> status);

    ProcessMembers members_;
    const bool each_;
    ProcessMembers gone_;
    std::vector<ProcessEvent> events_;
    bool stopped_by_news_ = false;  // and it is the last event
};

// Ended by itself with 0, or by one of the signals with which people end programs: the same that
// systemd takes for clean.
bool is_clean_exit(int status);

}  // namespace sloth
