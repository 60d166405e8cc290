// Wrong use of every function names the function, the argument and what was expected.
#include "lua/wrong_use.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "lua/context.h"
#include "lua/event_table.h"
#include "lua/library.h"
#include "lua/modules.h"
#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Ours as well, though in no module.
constexpr std::string_view kOthers[] = {"contains", "os.getenv", "require"};

// The objects with methods that modules give.
constexpr const char* kObjects[] = {"return regex.compile('a')", "return template.parse('a')"};

std::vector<WrongUse> all_cases() {
    std::vector<WrongUse> out;
    for (const auto cases : {wrong_use_of_effects(), wrong_use_of_values()})
        out.insert(out.end(), cases.begin(), cases.end());
    return out;
}

// Every function of every module, by its full name. The second name of a whole module (fs, slog)
// gives no new ones.
class Walk {
 public:
    Walk() {
        *static_cast<Context**>(lua_getextraspace(L_)) = &context_;
        install_globals(L_);
        for (const Module& module : modules()) {
            push_required(L_, module.name);
            walk_table(std::string(module.name) + ".");
        }
        push_event(L_, RunFrame{.id = "e", .type = "a.b", .data = "{}"});
        walk_table("event.");
        for (const char* object : kObjects) walk_methods(object);
        for (const std::string_view name : kOthers) names_.emplace(name);
    }
    ~Walk() { lua_close(L_); }
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;

    const std::set<std::string>& names() const { return names_; }

 private:
    // The table on top of the stack, which it takes away.
    void walk_table(const std::string& prefix) {
        for (lua_pushnil(L_); lua_next(L_, -2) != 0;) {
            const bool named = lua_type(L_, -2) == LUA_TSTRING;
            const std::string field = named ? lua_tostring(L_, -2) : "?";
            if (prefix + field == "event.register") {  // the second name of watcher.register
                lua_pop(L_, 1);
                continue;
            }
            if (lua_istable(L_, -1)) {
                walk_table(prefix + field + ".");
                continue;
            }
            const auto function = std::pair(field, lua_tocfunction(L_, -1));
            const bool second = !seen_.insert(function).second;
            if (lua_isfunction(L_, -1) && !second) names_.insert(prefix + field);
            lua_pop(L_, 1);
        }
        lua_pop(L_, 1);
    }

    void walk_methods(const char* source) {
        ASSERT_EQ(luaL_dostring(L_, source), LUA_OK) << lua_tostring(L_, -1);
        ASSERT_EQ(luaL_getmetafield(L_, -1, "__name"), LUA_TSTRING) << source;
        const std::string prefix = std::string(lua_tostring(L_, -1)) + ":";
        ASSERT_EQ(luaL_getmetafield(L_, -2, "__index"), LUA_TTABLE) << source;
        seen_.clear();
        walk_table(prefix);
        lua_settop(L_, 0);
    }

    ScriptBed bed_;
    Arena arena_{bed_.memory, 64 << 20};
    HookSource source_{"@notify.lua", ""};
    Context context_{.library = bed_.library,
                     .source = source_,
                     .clock = bed_.clock,
                     .random = bed_.random,
                     .arena = arena_,
                     .output = Output(1 << 10)};
    lua_State* L_ = luaL_newstate();
    std::set<std::pair<std::string, lua_CFunction>> seen_;
    std::set<std::string> names_;
};

std::string expected_message(const WrongUse& wrong) {
    if (!wrong.message.starts_with('#'))
        return fmt::format("{}: {}", wrong.function, wrong.message);
    const size_t colon = wrong.message.find(": ");
    return fmt::format("bad argument {} to '{}' ({})", wrong.message.substr(0, colon),
                       wrong.function, wrong.message.substr(colon + 2));
}

TEST(WrongUse, is_tried_for_every_function_and_for_no_other) {
    const Walk walk;
    std::set<std::string> tried;
    for (const WrongUse& wrong : all_cases()) tried.emplace(wrong.function);
    std::vector<std::string> untried;
    std::ranges::set_difference(walk.names(), tried, std::back_inserter(untried));
    EXPECT_THAT(untried, IsEmpty()) << "add rows for these to a table of wrong_use.h";
    std::vector<std::string> unknown;
    std::ranges::set_difference(tried, walk.names(), std::back_inserter(unknown));
    EXPECT_THAT(unknown, IsEmpty()) << "there are rows for these, but no such functions";
    EXPECT_GT(walk.names().size(), 100U);
}

TEST(WrongUse, names_the_function_the_argument_and_what_was_expected) {
    for (const WrongUse& wrong : all_cases()) {
        ScriptBed bed;
        const Outcome got = bed.call(wrong.call);
        if (wrong.message.empty()) {
            EXPECT_EQ(got.error, "") << wrong.call;
            continue;
        }
        EXPECT_EQ(got.error.substr(0, got.error.find('\n')),
                  "notify.lua:1: " + expected_message(wrong))
            << wrong.call;
        EXPECT_THAT(got.effects, IsEmpty()) << wrong.call;
    }
}

// There the function is a value, and the script's words tell nothing about it.
TEST(WrongUse, names_the_function_in_a_protected_call_too) {
    for (const WrongUse& wrong : all_cases()) {
        if (wrong.message.empty() || wrong.function.contains(':')) continue;
        const size_t dot = wrong.function.find('.');
        const std::string_view module = wrong.function.substr(0, dot);
        std::string function(module);
        std::string prefix;
        if (dot != std::string_view::npos) {
            function = fmt::format("{}['{}']", module, wrong.function.substr(dot + 1));
            prefix = fmt::format("{}.", module);
        }
        ScriptBed bed;
        const std::string got =
            bed.eval(fmt::format("return select(2, pcall({}, coroutine.create(print)))", function));
        const size_t quote = got.find('\'');
        if (!got.starts_with("bad argument")) continue;  // log takes a thread
        EXPECT_THAT(got.substr(quote + 1), StartsWith(prefix)) << function;
        EXPECT_THAT(got, Not(HasSubstr("'?'"))) << function;
    }
}

}  // namespace
}  // namespace sloth::lua
