#include "lua/json_read.h"

#include <array>

#include "base/byte_text.h"
#include "base/json.h"
#include "lua/binding.h"
#include "lua/json_plain.h"
#include "lua/private_values.h"

namespace sloth::lua {
namespace {

constexpr int kStackPerLevel = 2;

// nlohmann's SAX interface. The container being filled is on top of the stack; in an object its key
// stands above it.
class Builder {
 public:
    using Json = nlohmann::json;
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    // `spread`: an answer: the elements of the outermost array are left on the stack, and strings
    // are escaped bytes.
    Builder(lua_State* L, bool spread) : L_(L), spread_(spread) {}

    bool null() {
        lua_pushnil(L_);
        return put();
    }
    bool boolean(bool v) {
        lua_pushboolean(L_, v ? 1 : 0);
        return put();
    }
    bool number_integer(number_integer_t v) {
        lua_pushinteger(L_, v);
        return put();
    }
    bool number_unsigned(number_unsigned_t v) {
        if (v <= static_cast<uint64_t>(LUA_MAXINTEGER)) {
            lua_pushinteger(L_, static_cast<lua_Integer>(v));
        } else {
            lua_pushnumber(L_, static_cast<lua_Number>(v));
        }
        return put();
    }
    bool number_float(number_float_t v, const string_t& /*text*/) {
        push_json_number(L_, v);
        return put();
    }
    bool string(string_t& v) {
        push_string(v);
        return put();
    }
    bool binary(binary_t& /*v*/) { return false; }

    bool start_object(size_t /*size*/) { return enter(false); }
    bool key(string_t& v) {
        push_string(v);
        return true;
    }
    bool end_object() { return leave(); }
    bool start_array(size_t /*size*/) {
        if (!enter(true)) return false;
        if (spread_ && depth_ == 1) return true;
        push_array_mark(L_);
        lua_setmetatable(L_, -2);
        return true;
    }
    bool end_array() { return leave(); }

    bool parse_error(size_t /*position*/, const std::string& /*token*/,
                     const nlohmann::detail::exception& e) {
        std::string_view what = e.what();
        if (const size_t end = what.find("] "); end != std::string_view::npos)
            what.remove_prefix(end + 2);
        error_ = what;
        return false;
    }

    std::string& error() { return error_; }

 private:
    struct Level {
        bool array = false;
        lua_Integer size = 0;
    };

    void push_string(const string_t& v) {
        if (spread_ && v.find('\xEF') != string_t::npos) return push(L_, from_byte_text(v));
        push(L_, v);
    }
    bool enter(bool array) {
        if (depth_ == kMaxJsonDepth) {
            error_ = "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels";
            return false;
        }
        if (spread_ && depth_ == 0 && !array) {
            error_ = "not an array";
            return false;
        }
        luaL_checkstack(L_, kStackPerLevel + LUA_MINSTACK, "JSON");
        if (!spread_ || depth_ > 0) lua_createtable(L_, 0, 0);
        levels_[depth_++] = {array, 0};
        return true;
    }
    bool leave() {
        --depth_;
        return put();
    }
    bool put() {
        if (depth_ == 0) return true;
        Level& level = levels_[depth_ - 1];
        if (spread_ && depth_ == 1) {
            luaL_checkstack(L_, LUA_MINSTACK, "JSON");
            return true;
        }
        if (level.array) {
            lua_rawseti(L_, -2, ++level.size);
        } else {
            lua_rawset(L_, -3);
        }
        return true;
    }

    lua_State* L_;
    bool spread_;
    std::array<Level, kMaxJsonDepth> levels_{};
    int depth_ = 0;
    std::string error_;
};

bool read(lua_State* L, std::string_view text, bool spread, std::string& error) {
    // The library takes a zero byte for the end of the text.
    if (const size_t zero = text.find('\0'); zero != std::string_view::npos) {
        error = "a zero byte at position " + std::to_string(zero + 1);
        return false;
    }
    const int top = lua_gettop(L);
    luaL_checkstack(L, LUA_MINSTACK, "JSON");
    Builder builder(L, spread);
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return true;
    lua_settop(L, top);
    error = std::move(builder.error());
    return false;
}

}  // namespace

void push_array_mark(lua_State* L) {
    if (push_private(L, Private::array_mark) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "array");
    lua_setfield(L, -2, "__name");
    keep_private(L, Private::array_mark);
}

bool is_marked_array(lua_State* L, int index) {
    if (lua_getmetatable(L, index) == 0) return false;
    push_private(L, Private::array_mark);
    const bool marked = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 2);
    return marked;
}

bool push_json(lua_State* L, std::string_view text, std::string& error) {
    return push_plain_json(L, text) || read(L, text, false, error);
}

int push_json_values(lua_State* L, std::string_view text, std::string& error) {
    const int top = lua_gettop(L);
    return read(L, text, true, error) ? lua_gettop(L) - top : -1;
}

}  // namespace sloth::lua
