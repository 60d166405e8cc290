#include "lua/lint/lint.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/similar.h"
#include "lua/binding.h"
#include "lua/library.h"
#include "lua/lint/names.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

// Those of Lua's own tables whose fields can be checked as a module's.
constexpr std::string_view kLibraries[] = {"coroutine", "debug", "math", "os",
                                           "string",    "table", "utf8"};
static_assert(std::ranges::is_sorted(kLibraries));

bool is_library(std::string_view name) { return std::ranges::binary_search(kLibraries, name); }

bool is_module(std::string_view name) { return find_module(name) != nullptr || is_library(name); }

// Tables of functions within modules.
bool is_inner(std::string_view name) {
    return name == "event.register" || name == "watcher.register";
}

bool has_known_fields(std::string_view name) { return is_module(name) || is_inner(name); }

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
    const std::vector<std::string_view> views(candidates.begin(), candidates.end());
    const auto near = most_similar(name, views);
    return near ? ": did you mean '" + std::string(*near) + "'?" : "";
}

// The keys of the table on top.
std::vector<std::string> keys(lua_State* L) {
    std::vector<std::string> out;
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING) out.emplace_back(text_at(L, -2));
    }
    return out;
}

std::vector<std::string> all_globals(lua_State* L) {
    fill_globals(L);
    lua_pushglobaltable(L);
    std::vector<std::string> out = keys(L);
    lua_pop(L, 1);
    return out;
}

class Linter {
 public:
    Linter(lua_State* L, std::string_view text) : L_(L), uses_(names_in(text, has_known_fields)) {
        for (const NameUse& use : uses_) {
            if (use.kind == NameUse::Kind::write) written_.insert(use.name);
        }
    }

    std::vector<Finding> run() {
        for (const NameUse& use : uses_) {
            switch (use.kind) {
                case NameUse::Kind::read:
                    global(use);
                    break;
                case NameUse::Kind::require:
                    if (!is_module(use.name)) add(use, true, unknown_module(use.name));
                    break;
                case NameUse::Kind::field:
                    field(use);
                    break;
                case NameUse::Kind::command:
                    add(use, false,
                        "a command put together from pieces: what comes from an event can run "
                        "commands of its own; pass a list, exec.run({\"program\", argument}), and "
                        "no shell reads it");
                    break;
                case NameUse::Kind::write:
                    break;
            }
        }
        return std::move(findings_);
    }

 private:
    void add(const NameUse& use, bool error, std::string message) {
        if (told_.insert(message).second || error)
            findings_.push_back({use.line, error, std::move(message)});
    }
    void global(const NameUse& use) {
        if (written_.contains(use.name)) return;
        push_global(L_, use.name);
        const bool known = !lua_isnil(L_, -1);
        lua_pop(L_, 1);
        if (known) return;
        std::vector<std::string> near = all_globals(L_);
        near.insert(near.end(), written_.begin(), written_.end());
        add(use, false, "unknown global '" + use.name + "'" + did_you_mean(use.name, near));
    }
    std::string unknown_module(const std::string& name) {
        std::vector<std::string> names;
        for (const Module& module : modules()) names.emplace_back(module.name);
        std::string near = did_you_mean(name, names);
        return "there is no module '" + name + "'" + near;
    }
    void field(const NameUse& use) {
        if (!has_known_fields(use.name) || use.name == "event")
            return;  // that is the event as well
        const size_t dot = use.name.find('.');
        push_required(L_, std::string_view(use.name).substr(0, dot));
        if (dot != std::string::npos) {
            lua_getfield(L_, -1, use.name.c_str() + dot + 1);
            lua_remove(L_, -2);
        }
        if (lua_istable(L_, -1)) {
            push(L_, use.field);
            const bool known = lua_rawget(L_, -2) != LUA_TNIL;
            lua_pop(L_, 1);
            if (!known)
                add(use, false,
                    use.name + " has no '" + use.field + "'" + did_you_mean(use.field, keys(L_)));
        }
        lua_pop(L_, 1);
    }

    lua_State* L_;
    const std::vector<NameUse> uses_;
    std::set<std::string> written_;
    std::set<std::string> told_;  // a warning once
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(lua_State* L, std::string_view text) { return Linter(L, text).run(); }

std::string to_json(const std::vector<Finding>& findings, std::string_view metadata) {
    Json list = Json::array();
    for (const Finding& finding : findings) {
        list.push_back({{"line", finding.line},
                        {"severity", finding.error ? "error" : "warning"},
                        {"message", finding.message}});
    }
    Json out{{"findings", std::move(list)}};
    if (auto parsed = metadata.empty() ? Result<Json>(Json::object()) : parse_json(metadata))
        out["metadata"] = std::move(*parsed);
    return dump_json(out);
}

}  // namespace sloth::lua
