// regex: regular expressions in RE2's syntax. Places are those of Lua: bytes, from 1 on.
#include "text/regex.h"

#include <algorithm>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/handle.h"
#include "lua/json_read.h"
#include "lua/kept.h"
#include "lua/modules.h"

namespace sloth::lua {
namespace {

using text::Regex;
using Cache = KeptCache<Regex>;
constexpr auto kAll = static_cast<size_t>(std::numeric_limits<lua_Integer>::max());

Result<const Regex*> compiled(lua_State* L, std::string_view pattern) {
    Cache& cache = kept<Cache>(context(L));
    if (const Regex* known = cache.find(pattern)) return known;
    SLOTH_TRY(Regex made, Regex::compile(pattern));
    return &cache.add(pattern, std::move(made));
}

text::RegexLimits limits_of(lua_State* L) {
    Context& run = context(L);
    return {.max_bytes = text_limit(L),
            .go_on = [&run] { return run.clock.mono() < run.limits.deadline; }};
}

// What cannot be said by a result: a limit. At the deadline the run ends.
template <class T>
T take(lua_State* L, Result<T> result) {
    if (!result && result.error().code == Code::timed_out) end_run(L, Ending::timeout);
    if (!result) call_error(L, result.error().message);
    return std::move(*result);
}

size_t optional_most(lua_State* L, int index) {
    return static_cast<size_t>(optional_integer(L, index, 0).value_or(kAll));
}

// {"first group", ..., text = "whole", start = 5, stop = 9, named = {name = "..."}}
void push_match(lua_State* L, const Regex& regex, std::string_view text,
                const Regex::Match& match) {
    const auto piece = [&](const Regex::Span& span) {
        return text.substr(span.begin, span.end - span.begin);
    };
    lua_createtable(L, static_cast<int>(match.size()) - 1, 4);
    push(L, piece(*match[0]));
    lua_setfield(L, -2, "text");
    lua_pushinteger(L, static_cast<lua_Integer>(match[0]->begin) + 1);
    lua_setfield(L, -2, "start");
    lua_pushinteger(L, static_cast<lua_Integer>(match[0]->end));
    lua_setfield(L, -2, "stop");
    lua_newtable(L);
    for (size_t i = 1; i < match.size(); ++i) {
        if (!match[i]) continue;
        push(L, piece(*match[i]));
        lua_pushvalue(L, -1);
        lua_rawseti(L, -4, static_cast<lua_Integer>(i));
        const std::string& name = regex.names()[i - 1];
        if (name.empty()) {
            lua_pop(L, 1);
            continue;
        }
        push(L, name);
        lua_insert(L, -2);
        lua_rawset(L, -3);
    }
    lua_setfield(L, -2, "named");
}

// Each takes the text as argument 2, then its own; argument 1 says which expression.
int match_with(lua_State* L, const Regex& regex) {
    lua_pushboolean(L, take(L, regex.find(check_text(L, 2))).has_value() ? 1 : 0);
    return 1;
}

int find_with(lua_State* L, const Regex& regex) {
    const std::string_view text = check_text(L, 2);
    const lua_Integer from = optional_integer(L, 3, 1).value_or(1);
    const auto match = take(L, regex.find(text, static_cast<size_t>(from) - 1));
    if (!match) {
        lua_pushnil(L);
    } else {
        push_match(L, regex, text, *match);
    }
    return 1;
}

int find_all_with(lua_State* L, const Regex& regex) {
    const std::string_view text = check_text(L, 2);
    const auto all = take(L, regex.find_all(text, optional_most(L, 3), limits_of(L)));
    lua_createtable(L, static_cast<int>(all.size()), 0);
    push_array_mark(L);
    lua_setmetatable(L, -2);
    lua_Integer place = 0;
    for (const Regex::Match& match : all) {
        push_match(L, regex, text, match);
        lua_rawseti(L, -2, ++place);
    }
    return 1;
}

int replace_with(lua_State* L, const Regex& regex) {
    const std::string_view text = check_text(L, 2);
    const std::string_view replacement = check_text(L, 3);
    const size_t most = optional_most(L, 4);
    push(L, take(L, regex.replace(text, replacement, most, limits_of(L))));
    return 1;
}

int split_with(lua_State* L, const Regex& regex) {
    const std::string_view text = check_text(L, 2);
    const auto most = optional_integer(L, 3, 1).value_or(std::numeric_limits<lua_Integer>::max());
    const auto pieces = take(L, regex.split(text, static_cast<size_t>(most), limits_of(L)));
    lua_createtable(L, static_cast<int>(pieces.size()), 0);
    push_array_mark(L);
    lua_setmetatable(L, -2);
    lua_Integer place = 0;
    for (const std::string_view piece : pieces) {
        push(L, piece);
        lua_rawseti(L, -2, ++place);
    }
    return 1;
}

using Work = int (*)(lua_State*, const Regex&);

// regex.find(pattern, text...)
template <Work kWork>
int with_pattern(lua_State* L) {
    const Result<const Regex*> regex = compiled(L, check_text(L, 1));
    if (!regex) argument_error(L, 1, regex.error().message);
    return kWork(L, **regex);
}

template <Work kWork>
int with_compiled(lua_State* L);

// compiled:find(text...), and so on; in the order of names.
constexpr luaL_Reg kMethods[] = {
    {"find", bound<with_compiled<find_with>>},   {"find_all", bound<with_compiled<find_all_with>>},
    {"match", bound<with_compiled<match_with>>}, {"replace", bound<with_compiled<replace_with>>},
    {"split", bound<with_compiled<split_with>>}, {nullptr, nullptr},
};
constexpr HandleType kCompiled{"regex pattern", kMethods};

template <Work kWork>
int with_compiled(lua_State* L) {
    return kWork(L, *take(L, compiled(L, check_handle(L, 1, kCompiled))));
}

// regex.compile(pattern) -> an object with the functions as methods | nil, message
int compile(lua_State* L) {
    const Result<const Regex*> regex = compiled(L, check_text(L, 1));
    if (regex) {
        push_handle(L, kCompiled, 1);
        return 1;
    }
    return give_failure(L, regex.error().message);
}

// regex.quote(text) -> a pattern that matches just this text
int quote(lua_State* L) {
    push(L, text::quote_regex(check_text(L, 1)));
    return 1;
}

}  // namespace

int open_regex(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"compile", bound<compile>},
        {"find", bound<with_pattern<find_with>>},
        {"find_all", bound<with_pattern<find_all_with>>},
        {"match", bound<with_pattern<match_with>>},
        {"quote", bound<quote>},
        {"replace", bound<with_pattern<replace_with>>},
        {"split", bound<with_pattern<split_with>>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
