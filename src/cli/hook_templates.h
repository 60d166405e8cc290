// The starters of `hook new`: hooks that work as they are and say what to change. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sloth::cli {

struct HookTemplate {
    std::string_view name;
    std::string_view summary;
    std::string_view event_type;  // when none is asked for
    std::string_view text;        // with @NAME@ and @EVENT@
};

std::span<const HookTemplate> hook_templates();  // sorted by name
const HookTemplate* find_hook_template(std::string_view name);

std::string fill_hook_template(const HookTemplate& starter, std::string_view hook_name,
                               std::string_view event_type);

}  // namespace sloth::cli
