// A cgroup around a command and all that it starts: it can be ended as one, and the number of its
// processes has a bound. Where the machine (or our rights) has none, everything here does nothing
// and says so. cgroup v2, and the pids controller of v1. Linux; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sloth {

// Where groups can be made: below the cgroup that this process is in. Found once.
struct CommandGroups {
    std::string unified;  // a folder of cgroup v2; "" is none
    std::string pids;     // a folder of the v1 controller; "" is none

    // Also takes away what earlier lives have left, if it is empty.
    static CommandGroups find();
};

class CommandGroup {
 public:
    // `name` must be unique below the folders. At most `processes` in it; 0 is no bound.
    CommandGroup(const CommandGroups& groups, std::string_view name, uint32_t processes);
    ~CommandGroup() { remove(); }
    CommandGroup(const CommandGroup&) = delete;
    CommandGroup& operator=(const CommandGroup&) = delete;

    // The calling process goes into it, with what it will start.
    void join() const;
    // SIGKILL to all of it, at once where the kernel can, else one by one.
    void kill() const;
    void remove() const;  // once it is empty

 private:
    std::string unified_;
    std::string pids_;
};

}  // namespace sloth
