// The arguments of an effect, put together as a JSON array. Strings carry any bytes
// (base/byte_text.h) unless it is said otherwise. Raises Lua errors that name the call.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

#include "lua/json_write.h"

namespace sloth::lua {

class Arguments {
 public:
    // `name`: the call, for messages.
    Arguments(lua_State* L, const char* name, Bytes bytes = Bytes::exact)
        : L_(L), name_(name), bytes_(bytes) {}

    Arguments& text(std::string_view value);
    Arguments& json(std::string_view text);  // as it is
    // `argument`: the one of the call that the value came with, for messages; 0 for none.
    Arguments& value(int index, int argument = 0);   // any Lua value
    Arguments& object(int index, int argument = 0);  // a table; nothing or nil is {}
    std::string take();

 private:
    void separate();
    void write(int index, const JsonStyle& style, int argument);

    lua_State* L_;
    const char* name_;
    Bytes bytes_;
    std::string out_ = "[";
};

}  // namespace sloth::lua
