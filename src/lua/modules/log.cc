// log (also slog): lines of the run's output, "[INFO] message key=value".
#include <algorithm>
#include <utility>
#include <vector>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/json_write.h"
#include "lua/modules.h"
#include "lua/text_of.h"

namespace sloth::lua {
namespace {

// As it is where that can be read back, else quoted; tables as JSON.
std::string field_value(lua_State* L, int index) {
    std::string out;
    if (lua_istable(L, index)) {
        std::string error;
        if (write_json(L, index, {.max_bytes = 64 << 10}, out, error)) return out;
        return "<" + error + ">";
    }
    std::string text = text_of(L, index);
    const bool plain = !text.empty() && std::ranges::none_of(text, [](unsigned char c) {
        return c <= ' ' || c == '"' || c == '=';
    });
    if (plain) return text;
    write_json_string(out, text);
    return out;
}

std::string fields_of(lua_State* L, int index) {
    if (!lua_istable(L, index)) return {};
    std::vector<std::pair<std::string, std::string>> fields;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        lua_pushvalue(L, -2);  // text_of must not change the key that lua_next goes on with
        std::string key = text_of(L, lua_gettop(L));
        lua_pop(L, 1);
        fields.emplace_back(std::move(key), field_value(L, lua_gettop(L)));
    }
    std::ranges::sort(fields);
    std::string out;
    for (const auto& [key, value] : fields) out += ' ' + key + '=' + value;
    return out;
}

int write_line(lua_State* L, std::string_view level) {
    check_any(L, 1);
    lua_settop(L, 2);
    const std::string message = text_of(L, 1) + fields_of(L, 2);
    std::string line = "[";
    line.append(level);
    line += "] ";
    line += message;
    Output& output = context(L).output;
    if (level == "ERROR") {
        output.error_line(line, message);
    } else {
        output.line(line);
    }
    return 0;
}

int debug(lua_State* L) { return write_line(L, "DEBUG"); }
int info(lua_State* L) { return write_line(L, "INFO"); }
int warn(lua_State* L) { return write_line(L, "WARN"); }
int error(lua_State* L) { return write_line(L, "ERROR"); }

int print(lua_State* L) {
    check_any(L, 1);
    context(L).output.line(text_of(L, 1));
    return 0;
}

// log.table(value [, title]): the value as JSON over several lines
int table(lua_State* L) {
    check_any(L, 1);
    lua_settop(L, 2);
    std::string text = lua_isnil(L, 2) ? "" : text_of(L, 2) + ": ";
    std::string error;
    if (!write_json(L, 1, {.indent = 2, .max_bytes = 256 << 10}, text, error)) call_error(L, error);
    context(L).output.line(text);
    return 0;
}

}  // namespace

int open_log(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"debug", bound<debug>}, {"error", bound<error>}, {"info", bound<info>},
        {"print", bound<print>}, {"table", bound<table>}, {"warn", bound<warn>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
