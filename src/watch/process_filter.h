// Which processes a watcher means. A value; one thread.
#pragma once

#include <optional>
#include <string>

#include "domain/watcher_spec.h"
#include "ports/host.h"
#include "watch/pattern.h"

namespace sloth {

class ProcessFilter {
 public:
    // Code::invalid for a bad pattern, Code::not_found for an unknown user.
    static Result<ProcessFilter> make(const WatcherSpec& spec, Host& host);

    // A name is the kernel's (at most 15 bytes), or the last part of the first argument: both are
    // what people see in `ps`. All that is asked for must fit.
    bool matches(const ProcessReading& process) const;

 private:
    ProcessFilter() = default;

    std::string name_;
    int pid_ = 0;
    std::optional<uint32_t> uid_;
    std::optional<Pattern> pattern_;  // of the command line
};

}  // namespace sloth
