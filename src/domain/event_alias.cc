#include "domain/event_alias.h"

#include <algorithm>
#include <array>

namespace sloth {
namespace {

constexpr auto kAliases = std::to_array<EventAlias>({
    {"command.unexpected_exit", "command.failed"},
    {"cpu.high_usage", "system.cpu_high"},
    {"cpu.low_usage", "system.cpu_normal"},
    {"directory.file_created", "file.created"},
    {"directory.file_deleted", "file.deleted"},
    {"disk.high_usage", "system.disk_full"},
    {"log.line_matched", "log.pattern_matched"},
    {"memory.high_usage", "system.memory_low"},
    {"service.status_changed", "service.failed"},
    {"service.status_changed", "service.restarted"},
    {"service.status_changed", "service.started"},
    {"service.status_changed", "service.stopped"},
    {"system.memory_high", "system.memory_low"},
});
static_assert(std::ranges::is_sorted(kAliases, {}, &EventAlias::older));

}  // namespace

std::span<const EventAlias> event_aliases() { return kAliases; }

}  // namespace sloth
