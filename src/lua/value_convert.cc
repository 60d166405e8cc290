#include "lua/value_convert.h"

#include <cmath>

#include "lua/binding.h"
#include "lua/json_read.h"
#include "lua/table_shape.h"

namespace sloth::lua {
namespace {

class Converter {
 public:
    Converter(lua_State* L, const ValueLimits& limits, std::string& error)
        : L_(L), limits_(limits), error_(error) {}

    bool value(int index, int depth, text::Value& out) {
        if (++nodes_ > limits_.max_nodes) return fail("it holds too many values");
        switch (lua_type(L_, index)) {
            case LUA_TNIL:
            case LUA_TNONE:
                return true;
            case LUA_TBOOLEAN:
                out = lua_toboolean(L_, index) != 0;
                return true;
            case LUA_TNUMBER:
                number(index, out);
                return true;
            case LUA_TSTRING:
                return string(text_at(L_, index), out);
            case LUA_TTABLE:
                return table(index, depth, out);
            default:
                return fail(std::string("cannot encode a ") + luaL_typename(L_, index));
        }
    }

 private:
    bool fail(std::string why) {
        error_ = std::move(why);
        return false;
    }

    bool string(std::string_view text, text::Value& out) {
        bytes_ += text.size();
        if (bytes_ > limits_.max_bytes) return fail("its strings are too long");
        out = text;
        return true;
    }

    void number(int index, text::Value& out) {
        lua_Integer whole = 0;
        const lua_Number value = lua_tonumber(L_, index);
        if (lua_isinteger(L_, index) != 0) {
            out = lua_tointeger(L_, index);
        } else if (std::trunc(value) == value && lua_numbertointeger(value, &whole)) {
            out = whole;
        } else {
            out = value;
        }
    }

    bool table(int index, int depth, text::Value& out) {
        if (depth >= text::kMaxValueDepth)
            return fail("nested deeper than " + std::to_string(text::kMaxValueDepth) +
                        " levels, or a table that contains itself");
        if (lua_checkstack(L_, LUA_MINSTACK) == 0) return fail("no stack left");
        index = lua_absindex(L_, index);
        TableShape shape;
        if (!read_shape(L_, index, limits_.max_nodes, shape, error_)) return false;
        return shape.array ? array(index, shape.size, depth, out)
                           : object(index, shape.keys, depth, out);
    }

    bool array(int index, lua_Integer size, int depth, text::Value& out) {
        text::Value::Array items;
        for (lua_Integer i = 1; i <= size; ++i) {
            lua_rawgeti(L_, index, i);
            const bool ok = value(lua_gettop(L_), depth + 1, items.emplace_back());
            lua_pop(L_, 1);
            if (!ok) return false;
        }
        out = std::move(items);
        return true;
    }

    bool object(int index, const std::vector<TableKey>& keys, int depth, text::Value& out) {
        text::Value::Object fields;
        for (const TableKey& key : keys) {
            bytes_ += key.text.size();
            push_under(L_, index, key);
            text::Value& field = fields.emplace_hint(fields.end(), key.text, text::Value())->second;
            const bool ok = value(lua_gettop(L_), depth + 1, field);
            lua_pop(L_, 1);
            if (!ok) return false;
        }
        out = std::move(fields);
        return true;
    }

    lua_State* L_;
    const ValueLimits& limits_;
    std::string& error_;
    size_t nodes_ = 0;
    size_t bytes_ = 0;
};

}  // namespace

bool to_value(lua_State* L, int index, const ValueLimits& limits, text::Value& out,
              std::string& error) {
    const int top = lua_gettop(L);
    const bool ok = Converter(L, limits, error).value(lua_absindex(L, index), 0, out);
    lua_settop(L, top);
    return ok;
}

void push_value(lua_State* L, const text::Value& value) {
    luaL_checkstack(L, LUA_MINSTACK, "values");
    if (const text::Value::Array* array = value.array()) {
        lua_createtable(L, static_cast<int>(array->size()), 0);
        push_array_mark(L);
        lua_setmetatable(L, -2);
        lua_Integer place = 0;
        for (const text::Value& item : *array) {
            push_value(L, item);
            lua_rawseti(L, -2, ++place);
        }
    } else if (const text::Value::Object* object = value.object()) {
        lua_createtable(L, 0, static_cast<int>(object->size()));
        for (const auto& [name, field] : *object) {
            push(L, name);
            push_value(L, field);
            lua_rawset(L, -3);
        }
    } else if (const std::string* text = value.string()) {
        push(L, *text);
    } else if (const int64_t* whole = value.integer()) {
        lua_pushinteger(L, *whole);
    } else if (const double* number = value.number()) {
        lua_pushnumber(L, *number);
    } else if (const bool* boolean = value.boolean()) {
        lua_pushboolean(L, *boolean ? 1 : 0);
    } else {
        lua_pushnil(L);
    }
}

}  // namespace sloth::lua
