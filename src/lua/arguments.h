// The arguments of an effect, put together as a JSON array. Raises Lua errors that name the call.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

namespace sloth::lua {

class Arguments {
 public:
    // `name`: the call, for messages.
    Arguments(lua_State* L, const char* name) : L_(L), name_(name) {}

    Arguments& text(std::string_view value);
    Arguments& json(std::string_view text);  // as it is
    Arguments& value(int index);             // any Lua value
    Arguments& object(int index);            // a table; nothing or nil is {}
    std::string take();

 private:
    void separate();

    lua_State* L_;
    const char* name_;
    std::string out_ = "[";
};

}  // namespace sloth::lua
