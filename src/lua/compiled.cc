#include "lua/compiled.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace sloth::lua {
namespace {

constexpr size_t kMostBytes =
    256 << 10;  // a worker holds many hooks: larger ones compile each time

// "#!..." is for a shell. The line break stays, so that lines keep their numbers.
std::string_view without_shebang(std::string_view text) {
    return text.starts_with('#') ? text.substr(std::min(text.find('\n'), text.size())) : text;
}

int append(lua_State* /*L*/, const void* bytes, size_t size, void* to) {
    auto& out = *static_cast<std::string*>(to);
    if (size > kMostBytes - out.size()) return 1;
    out.append(static_cast<const char*>(bytes), size);
    return 0;
}

}  // namespace

int load_compiled(lua_State* L, const HookSource& source, bool keep) {
    const char* name = source.chunk_name.c_str();
    if (const std::string& made = source.compiled; !made.empty())
        return luaL_loadbufferx(L, made.data(), made.size(), name, "b");
    const std::string_view text = without_shebang(source.text);
    const int status = luaL_loadbufferx(L, text.data(), text.size(), name, "t");
    if (status != LUA_OK || !keep) return status;
    std::string made;
    constexpr int kWithLines = 0;  // and names: errors tell where they are
    if (lua_dump(L, append, &made, kWithLines) == 0) source.compiled = std::move(made);
    return status;
}

}  // namespace sloth::lua
