// The worker's JSON: what it reads it writes, and reads again as the same.
#include <lua.hpp>
#include <string>

#include "base/json.h"
#include "fuzz/fuzz.h"
#include "lua/json_read.h"
#include "lua/json_write.h"

namespace {

using namespace sloth;

std::string written(lua_State* L, const lua::JsonStyle& style) {
    std::string out;
    std::string error;
    CHECK(lua::write_json(L, -1, style, out, error));
    return out;
}

void check_answer(lua_State* L, std::string_view text) {
    std::string error;
    const int count = lua::push_json_values(L, text, error);
    CHECK(count >= 0 || !error.empty());
    lua_settop(L, 0);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = as_text(data, size);
    lua_State* L = luaL_newstate();
    std::string error;
    if (lua::push_json(L, text, error)) {
        const std::string once = written(L, {});
        lua_settop(L, 0);
        CHECK(lua::push_json(L, once, error));
        CHECK(written(L, {}) == once);
        const std::string pretty = written(L, {.indent = 2});
        const std::string exact = written(L, {.bytes = lua::Bytes::exact});
        lua_settop(L, 0);
        CHECK(lua::push_json(L, pretty, error));
        CHECK(written(L, {}) == once);
        lua_settop(L, 0);
        check_answer(L, "[" + exact + "]");
    }
    lua_settop(L, 0);
    check_answer(L, text);
    lua_close(L);
    if (const Result<Json> value = parse_json(text)) {
        const std::string once = dump_json(*value);
        const Result<Json> again = parse_json(once);
        CHECK(again && dump_json(*again) == once);
    }
    return 0;
}
