#include "lua/json_write.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/byte_text.h"
#include "base/json.h"
#include "lua/binding.h"
#include "lua/table_shape.h"

namespace sloth::lua {
namespace {

constexpr double kExactDouble = 9007199254740992.0;  // 2^53: every whole number up to here is exact

// The length of the UTF-8 sequence at the front of `text`; 0 if there is none.
size_t utf8_length(std::string_view text) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
    for (size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    const unsigned second = byte(1);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate = lead == 0xED && second > 0x9F;
    const bool beyond = lead == 0xF4 && second > 0x8F;
    return overlong || surrogate || beyond ? 0 : size;
}

void write_escaped(std::string& out, unsigned char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += kHex[c >> 4];
            out += kHex[c & 15];
    }
}

class Writer {
 public:
    Writer(lua_State* L, const JsonStyle& style, std::string& out, std::string& error)
        : L_(L), style_(style), out_(out), error_(error) {}

    bool value(int index, int depth) {
        if (out_.size() > style_.max_bytes) return fail("the JSON text is longer than allowed");
        switch (lua_type(L_, index)) {
            case LUA_TNIL:
                out_ += "null";
                return true;
            case LUA_TBOOLEAN:
                out_ += lua_toboolean(L_, index) != 0 ? "true" : "false";
                return true;
            case LUA_TNUMBER:
                return number(index);
            case LUA_TSTRING:
                write_json_string(out_, text_at(L_, index), style_.bytes);
                return true;
            case LUA_TTABLE:
                return table(index, depth);
            default:
                return fail(std::string("cannot encode a ") + luaL_typename(L_, index));
        }
    }

 private:
    bool fail(std::string why) {
        if (error_.empty()) error_ = std::move(why);
        return false;
    }

    bool number(int index) {
        char buffer[40];
        std::to_chars_result end{};
        if (lua_isinteger(L_, index) != 0) {
            end = std::to_chars(buffer, buffer + sizeof buffer, lua_tointeger(L_, index));
        } else {
            const double v = lua_tonumber(L_, index);
            if (!std::isfinite(v)) return fail("cannot encode nan or infinity");
            // 100000.0 is 100000, not 1e+05: some readers take only the first for a whole number.
            const bool whole = std::trunc(v) == v && std::fabs(v) <= kExactDouble;
            end = whole ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<int64_t>(v))
                        : std::to_chars(buffer, buffer + sizeof buffer, v);
        }
        out_.append(buffer, end.ptr);
        return true;
    }

    bool table(int index, int depth) {
        if (depth >= kMaxJsonDepth)
            return fail("nested deeper than " + std::to_string(kMaxJsonDepth) +
                        " levels, or a table that contains itself");
        if (lua_checkstack(L_, LUA_MINSTACK) == 0) return fail("no stack left");
        index = lua_absindex(L_, index);
        TableShape shape;
        std::string why;
        if (!read_shape(L_, index, style_.max_bytes / 2, shape, why)) return fail(std::move(why));
        if (!shape.array) return object(index, shape.keys, depth);
        if (!style_.object || depth > 0) return array(index, shape.size, depth);
        std::ranges::sort(shape.keys, {}, &TableKey::text);
        return object(index, shape.keys, depth);
    }

    bool array(int index, lua_Integer size, int depth) {
        out_ += '[';
        for (lua_Integer i = 1; i <= size; ++i) {
            if (i > 1) out_ += ',';
            new_line(depth + 1);
            lua_rawgeti(L_, index, i);
            const bool ok = value(lua_gettop(L_), depth + 1);
            lua_pop(L_, 1);
            if (!ok) return false;
        }
        if (size > 0) new_line(depth);
        out_ += ']';
        return true;
    }

    bool object(int index, const std::vector<TableKey>& keys, int depth) {
        out_ += '{';
        for (const TableKey& key : keys) {
            if (&key != &keys.front()) out_ += ',';
            new_line(depth + 1);
            write_json_string(out_, key.text, style_.bytes);
            out_ += style_.indent > 0 ? ": " : ":";
            push_under(L_, index, key);
            const bool ok = value(lua_gettop(L_), depth + 1);
            lua_pop(L_, 1);
            if (!ok) return false;
        }
        if (!keys.empty()) new_line(depth);
        out_ += '}';
        return true;
    }

    void new_line(int depth) {
        if (style_.indent <= 0) return;
        out_ += '\n';
        out_.append(static_cast<size_t>(depth) * static_cast<size_t>(style_.indent), ' ');
    }

    lua_State* L_;
    const JsonStyle& style_;
    std::string& out_;
    std::string& error_;
};

}  // namespace

void write_json_string(std::string& out, std::string_view text, Bytes bytes) {
    out += '"';
    while (!text.empty()) {
        size_t plain = 0;
        while (plain < text.size()) {
            const auto c = static_cast<unsigned char>(text[plain]);
            if (c < 0x20 || c == '"' || c == '\\' || c >= 0x80) break;
            ++plain;
        }
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto c = static_cast<unsigned char>(text.front());
        size_t size = 1;
        if (c < 0x80) {
            write_escaped(out, c);
        } else if (bytes == Bytes::exact && starts_with_escaped_byte(text)) {
            append_escaped_byte(out, c);
        } else if (const size_t length = utf8_length(text); length > 0) {
            out.append(text.substr(0, length));
            size = length;
        } else if (bytes == Bytes::exact) {
            append_escaped_byte(out, c);
        } else {
            out += "\xEF\xBF\xBD";
        }
        text.remove_prefix(size);
    }
    out += '"';
}

bool write_json(lua_State* L, int index, const JsonStyle& style, std::string& out,
                std::string& error) {
    return Writer(L, style, out, error).value(lua_absindex(L, index), 0);
}

}  // namespace sloth::lua
