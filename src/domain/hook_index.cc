#include "domain/hook_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/event_alias.h"
#include "domain/event_type.h"

namespace sloth {

std::string delivery_suffix(std::string_view hook_id) {
    uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: a name that never changes, not a defence
    for (const unsigned char c : hook_id) hash = (hash ^ c) * 0x100000001b3;
    return fmt::format(".{:016x}", hash);
}

HookIndex::HookIndex(int64_t generation, std::vector<std::shared_ptr<const RunnableHook>> hooks)
    : generation_(generation), hooks_(std::move(hooks)) {
    std::ranges::sort(hooks_, {},
                      [](const auto& hook) -> const std::string& { return hook->name; });
    for (uint32_t i = 0; i < hooks_.size(); ++i) {
        for (const RunnableHook::Wanted& wanted : hooks_[i]->wanted) add(i, wanted);
    }
}

void HookIndex::add(uint32_t hook, const RunnableHook::Wanted& wanted) {
    const bool glob = is_glob(wanted.event_type);
    if (glob) {
        globs_.emplace_back(wanted.event_type, Entry{hook, wanted.since});
    } else {
        add_exact(wanted.event_type, {hook, wanted.since});
    }
    for (const EventAlias& alias : event_aliases()) {
        const bool meant = glob ? matches(wanted.event_type, alias.older) &&
                                      !matches(wanted.event_type, alias.primary)
                                : wanted.event_type == alias.older;
        if (meant) add_exact(alias.primary, {hook, wanted.since});
    }
}

// A hook may want a type by several of its names: it is wanted from the first moment on.
void HookIndex::add_exact(std::string_view type, Entry entry) {
    std::vector<Entry>& entries = exact_[type];
    if (entries.empty() || entries.back().hook != entry.hook) {
        entries.push_back(entry);
    } else {
        entries.back().since = std::min(entries.back().since, entry.since);
    }
}

bool HookIndex::wants(const RunnableHook& hook, const Event& event, int64_t since) const {
    return event.hook_generation >= since && (hook.stack.empty() || hook.stack == event.stack);
}

void HookIndex::match(const Event& event,
                      std::vector<std::shared_ptr<const RunnableHook>>& out) const {
    const size_t before = out.size();
    if (const auto found = exact_.find(event.type); found != exact_.end()) {
        for (const Entry& entry : found->second) {
            if (wants(*hooks_[entry.hook], event, entry.since)) out.push_back(hooks_[entry.hook]);
        }
    }
    if (globs_.empty()) return;
    for (const auto& [pattern, entry] : globs_) {
        if (matches(pattern, event.type) && wants(*hooks_[entry.hook], event, entry.since)) {
            out.push_back(hooks_[entry.hook]);
        }
    }
    // A hook may want the type by name and by glob.
    const auto begin = out.begin() + ptrdiff_t(before);
    std::sort(begin, out.end(), [](const auto& a, const auto& b) { return a->name < b->name; });
    out.erase(std::unique(begin, out.end()), out.end());
}

}  // namespace sloth
