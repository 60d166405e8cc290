#include "watch/watchers.h"

#include <algorithm>
#include <array>

#include "watch/file.h"

namespace sloth {
namespace {

using Make = std::unique_ptr<Watcher> (*)(const WatcherSpec&, std::optional<std::string>,
                                          const WatcherContext&);

struct Kind {
    std::string_view type;
    Make make;
};

std::unique_ptr<Watcher> make_file(const WatcherSpec& spec, std::optional<std::string> baseline,
                                   const WatcherContext& context) {
    FileWatcher::Options options;
    options.agent = context.agent;
    options.owner = context.owner;
    return std::make_unique<FileWatcher>(spec, std::move(baseline), context.notifier,
                                         std::move(options));
}

constexpr std::array<Kind, 1> kKinds{{
    {"file", make_file},
}};
static_assert(std::ranges::is_sorted(kKinds, {}, &Kind::type));

}  // namespace

Result<std::unique_ptr<Watcher>> make_watcher(const WatcherSpec& spec,
                                              std::optional<std::string> baseline,
                                              const WatcherContext& context) {
    const auto it = std::ranges::lower_bound(kKinds, spec.type, {}, &Kind::type);
    if (it == kKinds.end() || it->type != spec.type) {
        return fail(Code::invalid, "this agent has no watcher of type '{}'", spec.type);
    }
    return it->make(spec, std::move(baseline), context);
}

}  // namespace sloth
