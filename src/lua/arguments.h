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
    Arguments& value(int index);             // any Lua value
    Arguments& object(int index);            // a table; nothing or nil is {}
    std::string take();

 private:
    void separate();

    lua_State* L_;
    const char* name_;
    Bytes bytes_;
    std::string out_ = "[";
};

}  // namespace sloth::lua
