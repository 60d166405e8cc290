#include "lua/arguments.h"

#include <utility>

#include "lua/check.h"
#include "lua/effect.h"

namespace sloth::lua {

void Arguments::separate() {
    if (out_.size() > 1) out_ += ',';
}

Arguments& Arguments::text(std::string_view value) {
    separate();
    write_json_string(out_, value, bytes_);
    return *this;
}

Arguments& Arguments::json(std::string_view text) {
    separate();
    out_.append(text);
    return *this;
}

void Arguments::write(int index, const JsonStyle& style, int argument) {
    separate();
    std::string error;
    if (write_json(L_, index, style, out_, error)) return;
    if (argument != 0) argument_error(L_, argument, "value for JSON expected: " + error);
    luaL_error(L_, "%s: %s", name_, error.c_str());
}

Arguments& Arguments::value(int index, int argument) {
    write(index, {.max_bytes = kMaxEffectArgs, .bytes = bytes_}, argument);
    return *this;
}

Arguments& Arguments::object(int index, int argument) {
    if (lua_isnoneornil(L_, index)) return json("{}");
    check_type(L_, index, LUA_TTABLE);
    write(index, {.max_bytes = kMaxEffectArgs, .object = true, .bytes = bytes_}, argument);
    return *this;
}

std::string Arguments::take() {
    out_ += ']';
    return std::exchange(out_, "[");
}

}  // namespace sloth::lua
