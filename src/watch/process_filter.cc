#include "watch/process_filter.h"

#include <charconv>

namespace sloth {
namespace {

// "/usr/sbin/nginx" and "nginx:" (as it calls itself) are nginx, and "-bash" is bash.
std::string_view program_of(const ProcessReading& process) {
    std::string_view program = std::string_view(process.command).substr(0, process.program);
    program = program.substr(0, program.find(' '));
    program.remove_prefix(program.rfind('/') + 1);
    if (program.ends_with(':')) program.remove_suffix(1);
    if (program.starts_with('-')) program.remove_prefix(1);
    return program;
}

Result<uint32_t> user_of(std::string_view text, Host& host) {
    uint32_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc() && end == text.data() + text.size()) return number;
    return host.user_id(text);
}

}  // namespace

Result<ProcessFilter> ProcessFilter::make(const WatcherSpec& spec, Host& host) {
    ProcessFilter filter;
    filter.name_ = spec.name;
    filter.pid_ = int(spec.pid);
    if (!spec.user.empty()) {
        SLOTH_TRY(filter.uid_, user_of(spec.user, host));
    }
    if (!spec.pattern.empty()) {
        SLOTH_TRY(filter.pattern_, Pattern::compile(spec.pattern, spec.fixed));
    }
    return filter;
}

bool ProcessFilter::matches(const ProcessReading& process) const {
    if (pid_ != 0 && process.pid != pid_) return false;
    if (uid_ && process.uid != *uid_) return false;
    if (!name_.empty() && process.name != name_ && program_of(process) != name_) return false;
    return !pattern_ || pattern_->matches(process.command);
}

}  // namespace sloth
