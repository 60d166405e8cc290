#include "watch/watchers.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "watch/command.h"
#include "watch/cpu.h"
#include "watch/disk.h"
#include "watch/file.h"
#include "watch/log.h"
#include "watch/memory.h"
#include "watch/network.h"
#include "watch/port.h"
#include "watch/process.h"
#include "watch/regular_file.h"
#include "watch/service.h"

namespace sloth {
namespace {

using Made = Result<std::unique_ptr<Watcher>>;
using Baseline = std::optional<std::string>;

template <class W>
Made make(const WatcherSpec& spec, const Baseline& baseline, const WatcherContext& context) {
    return std::make_unique<W>(spec, baseline, context);
}

Made make_command(const WatcherSpec& spec, const Baseline& baseline,
                  const WatcherContext& context) {
    std::optional<Pattern> pattern;
    if (!spec.pattern.empty()) {
        SLOTH_TRY(pattern, Pattern::compile(spec.pattern, spec.fixed));
    }
    return std::make_unique<CommandWatcher>(spec, std::move(pattern), baseline, context);
}

Made make_file(const WatcherSpec& spec, const Baseline& baseline, const WatcherContext& context) {
    return std::make_unique<FileWatcher>(spec, baseline, context, FileWatcher::Options{});
}

Made make_log(const WatcherSpec& spec, const Baseline& baseline, const WatcherContext& context) {
    SLOTH_TRY(Pattern pattern, Pattern::compile(spec.pattern, spec.fixed));
    return std::make_unique<LogWatcher>(spec, std::move(pattern), baseline, context);
}

Made make_process(const WatcherSpec& spec, const Baseline& baseline,
                  const WatcherContext& context) {
    SLOTH_TRY(ProcessFilter filter, ProcessFilter::make(spec, context.machine.host()));
    return std::make_unique<ProcessWatcher>(spec, std::move(filter), baseline, context);
}

Result<void> probe_nothing(const WatcherSpec&, const WatcherContext&) { return {}; }

// What is there already must be of the right kind, and readable where it will be read.
Result<void> probe_directory(const WatcherSpec& spec, const WatcherContext&) {
    SLOTH_TRY(const FileEntry entry, look_at(AT_FDCWD, spec.path.c_str(), Links::followed));
    if (entry.kind == FileKind::absent || entry.kind == FileKind::folder) return {};
    return fail_with(
        {Code::invalid, fmt::format("'{}' is no folder", spec.path), "watch it with --type file"});
}

Result<void> probe_readable(const std::string& path) {
    const auto entry = look_at(AT_FDCWD, path.c_str(), Links::followed);
    if (!entry) return fail(Code::invalid, "the agent cannot watch it: {}", entry.error().message);
    if (entry->kind != FileKind::regular) return {};
    const auto opened = open_regular(path, Links::followed);
    if (opened || opened.error().code != Code::refused) return {};
    return fail_with({Code::invalid,
                      fmt::format("the agent cannot read it: {}", opened.error().message),
                      "let the agent's user read it"});
}

Result<void> probe_file(const WatcherSpec& spec, const WatcherContext&) {
    if (spec.check_hash) return probe_readable(spec.path);
    const auto entry = look_at(AT_FDCWD, spec.path.c_str());
    if (entry) return {};
    return fail(Code::invalid, "the agent cannot watch it: {}", entry.error().message);
}

Result<void> probe_log(const WatcherSpec& spec, const WatcherContext&) {
    SLOTH_TRY(const FileEntry entry, look_at(AT_FDCWD, spec.path.c_str(), Links::followed));
    if (entry.kind == FileKind::folder || entry.kind == FileKind::other) {
        return fail_with({Code::invalid, fmt::format("'{}' is no file with lines", spec.path),
                          "a log is a regular file"});
    }
    return probe_readable(spec.path);
}

Result<void> probe_disk(const WatcherSpec& spec, const WatcherContext&) {
    if (spec.path.empty()) return {};
    SLOTH_TRY(const FileEntry entry, look_at(AT_FDCWD, spec.path.c_str(), Links::followed));
    if (entry.kind != FileKind::absent) return {};
    return fail_with({Code::not_found, fmt::format("there is no '{}'", spec.path),
                      "name a mount point, or any path on the disk"});
}

Result<void> probe_memory(const WatcherSpec& spec, const WatcherContext& context) {
    if (spec.metric != "pressure") return {};
    SLOTH_TRY(const MemoryReading reading, context.machine.host().memory());
    if (reading.pressure) return {};
    return fail_with({Code::invalid, "this kernel does not tell of memory pressure",
                      "boot it with psi=1, or watch what is available"});
}

Result<void> probe_service(const WatcherSpec&, const WatcherContext& context) {
    auto reached = context.machine.bus().probe();
    if (!reached) reached.error().code = Code::invalid;
    return reached;
}

struct Kind {
    std::string_view type;
    Made (*make)(const WatcherSpec&, const Baseline&, const WatcherContext&);
    Result<void> (*probe)(const WatcherSpec&, const WatcherContext&);
};

constexpr auto kKinds = std::to_array<Kind>({
    {"command", make_command, probe_nothing},
    {"cpu", make<CpuWatcher>, probe_nothing},
    {"directory", make_file, probe_directory},
    {"disk", make<DiskWatcher>, probe_disk},
    {"file", make_file, probe_file},
    {"log", make_log, probe_log},
    {"memory", make<MemoryWatcher>, probe_memory},
    {"network", make<NetworkWatcher>, probe_nothing},
    {"port", make<PortWatcher>, probe_nothing},
    {"process", make_process, probe_nothing},
    {"service", make<ServiceWatcher>, probe_service},
});
static_assert(std::ranges::is_sorted(kKinds, {}, &Kind::type));

Result<const Kind*> find_kind(std::string_view type) {
    const auto it = std::ranges::lower_bound(kKinds, type, {}, &Kind::type);
    if (it != kKinds.end() && it->type == type) return &*it;
    return fail(Code::invalid, "this agent has no watcher of type '{}'", type);
}

}  // namespace

Result<std::unique_ptr<Watcher>> make_watcher(const WatcherSpec& spec,
                                              std::optional<std::string> baseline,
                                              const WatcherContext& context) {
    SLOTH_TRY(const Kind* kind, find_kind(spec.type));
    return kind->make(spec, baseline, context);
}

Result<void> probe(const WatcherSpec& spec, const WatcherContext& context) {
    SLOTH_TRY(const Kind* kind, find_kind(spec.type));
    SLOTH_TRY_VOID(kind->probe(spec, context));
    // What is wrong with a pattern or a user shows when it is built.
    if (spec.type != "command" && spec.type != "log" && spec.type != "process") return {};
    auto built = kind->make(spec, std::nullopt, context);
    if (!built) return fail_with(std::move(built.error()));
    return {};
}

}  // namespace sloth
