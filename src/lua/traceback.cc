#include "lua/traceback.h"

#include <fmt/format.h>

#include "lua/binding.h"
#include "lua/context.h"
#include "lua/text_of.h"

namespace sloth::lua {
namespace {

constexpr int kMaxFrames = 12;
constexpr size_t kMaxMessage = 8 << 10;

std::string frame_text(const lua_Debug& frame) {
    if (*frame.what == 'm')
        return fmt::format("\n\t{}:{}: in the main chunk", frame.short_src, frame.currentline);
    if (frame.name != nullptr)
        return fmt::format("\n\t{}:{}: in function '{}'", frame.short_src, frame.currentline,
                           frame.name);
    return fmt::format("\n\t{}:{}: in the function at line {}", frame.short_src, frame.currentline,
                       frame.linedefined);
}

// Only the script's own frames: what is between them is ours.
std::string script_frames(lua_State* L) {
    std::string out;
    int shown = 0;
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame) != 0; ++level) {
        if (lua_getinfo(L, "Sln", &frame) == 0 || frame.currentline < 0) continue;
        if (++shown > kMaxFrames) return out + "\n\t...";
        out += frame_text(frame);
    }
    return out;
}

}  // namespace

std::string describe_error(lua_State* L, int index) {
    index = lua_absindex(L, index);
    const int type = lua_type(L, index);
    if (type == LUA_TSTRING || type == LUA_TNUMBER ||
        luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        return text_of(L, index).substr(0, kMaxMessage);
    }
    return fmt::format("error object is a {} value", luaL_typename(L, index));
}

int on_error(lua_State* L) {
    Context& run = context(L);
    lua_settop(L, 1);
    if (run.ending != Ending::none) return 1;
    run.error = describe_error(L, 1);
    if (const std::string frames = script_frames(L); !frames.empty())
        run.error += "\nstack traceback:" + frames;
    return 1;
}

}  // namespace sloth::lua
