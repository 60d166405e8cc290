#include "lua/json_plain.h"

#include <charconv>
#include <cmath>
#include <string>

#include "base/utf8.h"
#include "lua/binding.h"
#include "lua/json_read.h"

namespace sloth::lua {
namespace {

constexpr int kDeepest = 16;
constexpr int kAtOnce = 8;  // what stands on the stack before it is moved into its table
constexpr int kStackPerLevel = 2 * kAtOnce + 4;
constexpr ptrdiff_t kMostDigits = 18;  // always fit into an integer

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class PlainReader {
 public:
    PlainReader(lua_State* L, std::string_view text)
        : L_(L), at_(text.data()), end_(text.data() + text.size()) {}

    bool document() {
        space();
        if (!value(0)) return false;
        space();
        return at_ == end_;
    }

 private:
    bool value(int depth) {
        if (at_ == end_) return false;
        switch (*at_) {
            case '{':
                return depth < kDeepest && object(depth);
            case '[':
                return depth < kDeepest && array(depth);
            case '"':
                return string();
            case 't':
                lua_pushboolean(L_, 1);
                return word("true");
            case 'f':
                lua_pushboolean(L_, 0);
                return word("false");
            case 'n':
                lua_pushnil(L_);
                return word("null");
            default:
                return number();
        }
    }

    void space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    bool take(char c) {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    bool word(std::string_view text) {
        if (!std::string_view(at_, end_).starts_with(text)) return false;
        at_ += text.size();
        return true;
    }

    // Tables are made when it is known how large they are: one that grows step by step costs more
    // than all else here. `table` is their place on the stack, nil until then.
    bool object(int depth) {
        luaL_checkstack(L_, kStackPerLevel, "JSON");
        lua_pushnil(L_);
        const int table = lua_gettop(L_);
        ++at_;
        space();
        if (!take('}')) {
            do {
                space();
                if (at_ == end_ || *at_ != '"' || !string()) return false;
                space();
                if (!take(':')) return false;
                space();
                if (!value(depth + 1)) return false;
                space();
                if (lua_gettop(L_) - table >= 2 * kAtOnce) move_fields(table);
            } while (take(','));
            if (!take('}')) return false;
        }
        move_fields(table);
        return true;
    }

    void move_fields(int table) {
        const int last = lua_gettop(L_);
        if (lua_isnil(L_, table)) {
            lua_createtable(L_, 0, (last - table) / 2);
            lua_replace(L_, table);
        }
        for (int key = table + 1; key < last; key += 2) {  // in order: of two alike the last stays
            lua_pushvalue(L_, key);
            lua_pushvalue(L_, key + 1);
            lua_rawset(L_, table);
        }
        lua_settop(L_, table);
    }

    bool array(int depth) {
        luaL_checkstack(L_, kStackPerLevel, "JSON");
        lua_pushnil(L_);
        const int table = lua_gettop(L_);
        lua_Integer moved = 0;
        ++at_;
        space();
        if (!take(']')) {
            do {
                space();
                if (!value(depth + 1)) return false;
                space();
                if (lua_gettop(L_) - table >= kAtOnce) move_items(table, moved);
            } while (take(','));
            if (!take(']')) return false;
        }
        move_items(table, moved);
        push_array_mark(L_);
        lua_setmetatable(L_, table);
        return true;
    }

    void move_items(int table, lua_Integer& moved) {
        const int count = lua_gettop(L_) - table;
        if (lua_isnil(L_, table)) {
            lua_createtable(L_, count, 0);
            lua_replace(L_, table);
        }
        for (int item = count; item > 0; --item) lua_rawseti(L_, table, moved + item);
        moved += count;
    }

    bool string() {
        const char* start = ++at_;
        unsigned bits = 0;
        for (; at_ != end_; ++at_) {
            const auto c = static_cast<unsigned char>(*at_);
            if (c == '"' || c == '\\' || c < 0x20) break;
            bits |= c;
        }
        if (at_ != end_ && *at_ == '\\') return escaped_string(start);
        const std::string_view text(start, at_);
        if (!take('"') || (bits >= 0x80 && !is_utf8(text))) return false;
        push(L_, text);
        return true;
    }

    bool escaped_string(const char* start) {
        scratch_.assign(start, at_);
        while (at_ != end_ && *at_ != '"') {
            char c = *at_++;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c == '\\' && (at_ == end_ || !unescape(*at_++, c))) return false;
            scratch_ += c;
        }
        if (!take('"') || !is_utf8(scratch_)) return false;
        push(L_, scratch_);
        return true;
    }

    static bool unescape(char name, char& out) {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
        const size_t at = kNames.find(name);
        if (at == std::string_view::npos) return false;
        out = kBytes[at];
        return true;
    }

    bool digits() {
        const char* start = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return at_ != start;
    }

    bool number() {
        const char* start = at_;
        take('-');
        const char* first = at_;
        if (!take('0') && !digits()) return false;
        if (at_ != end_ && (*at_ == '.' || *at_ == 'e' || *at_ == 'E')) return real(start);
        if (at_ - first > kMostDigits) return false;
        lua_Integer value = 0;
        std::from_chars(start, at_, value);
        lua_pushinteger(L_, value);
        return true;
    }

    bool real(const char* start) {
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        double value = 0;
        if (std::from_chars(start, at_, value).ec != std::errc()) return false;
        push_json_number(L_, value);
        return true;
    }

    lua_State* L_;
    const char* at_;
    const char* end_;
    std::string scratch_;
};

}  // namespace

bool push_plain_json(lua_State* L, std::string_view text) {
    const int top = lua_gettop(L);
    if (PlainReader(L, text).document()) return true;
    lua_settop(L, top);
    return false;
}

void push_json_number(lua_State* L, double value) {
    lua_Integer whole = 0;
    if (value == std::floor(value) && lua_numbertointeger(value, &whole)) {
        lua_pushinteger(L, whole);
    } else {
        lua_pushnumber(L, value);
    }
}

}  // namespace sloth::lua
