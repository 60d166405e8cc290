#include "lua/moment.h"

#include <algorithm>
#include <cmath>

#include "lua/binding.h"
#include "lua/context.h"
#include "text/civil_time.h"
#include "text/duration.h"

namespace sloth::lua {
namespace {

constexpr int64_t kNanos = 1'000'000'000;
constexpr int64_t kMicros = 1'000'000;
constexpr lua_Number kLongest = 9.2e9;  // seconds in 64 bits of nanoseconds

bool in_range(lua_Number seconds) {
    return seconds >= static_cast<lua_Number>(text::kFirstSecond) &&
           seconds <= static_cast<lua_Number>(text::kLastSecond);
}

Moment from_wall(WallTime time) {
    const auto since = time.time_since_epoch();
    const auto whole = std::chrono::floor<std::chrono::seconds>(since);
    return {whole.count(), static_cast<int>((since - whole).count() * (kNanos / kMicros))};
}

// A double of our days is exact to a quarter of a microsecond, and shown to a whole one.
Moment from_number(lua_Number value) {
    const auto micros =
        static_cast<int64_t>(std::llround(value * static_cast<lua_Number>(kMicros)));
    return from_wall(from_micros(micros));
}

}  // namespace

Moment check_moment(lua_State* L, int index) {
    const char* const expected = "a moment (seconds since 1970, or RFC 3339)";
    if (lua_type(L, index) == LUA_TSTRING && lua_isnumber(L, index) == 0) {
        const Result<WallTime> time = parse_rfc3339(text_at(L, index));
        if (!time) argument_error(L, index, time.error().message + ": " + time.error().hint);
        return from_wall(*time);
    }
    int ok = 0;
    const lua_Number value = lua_tonumberx(L, index, &ok);
    if (ok == 0) type_error(L, index, expected);
    if (!in_range(value)) argument_error(L, index, "a moment of the years 0 to 9999 expected");
    if (lua_isinteger(L, index) != 0) return {lua_tointeger(L, index), 0};
    return from_number(value);
}

Moment optional_moment(lua_State* L, int index) {
    return lua_isnoneornil(L, index) ? now(L) : check_moment(L, index);
}

std::chrono::nanoseconds check_length(lua_State* L, int index) {
    if (lua_type(L, index) == LUA_TSTRING && lua_isnumber(L, index) == 0) {
        const auto length = text::parse_go_duration(text_at(L, index));
        if (!length) argument_error(L, index, length.error().message);
        return *length;
    }
    int ok = 0;
    const lua_Number value = lua_tonumberx(L, index, &ok);
    if (ok == 0) type_error(L, index, "a length of time (seconds, or a text like \"1h30m\")");
    if (!(std::fabs(value) < kLongest))
        argument_error(L, index, "a length of less than 292 years expected");
    return std::chrono::nanoseconds(std::llround(value * static_cast<lua_Number>(kNanos)));
}

void push_moment(lua_State* L, const Moment& moment) {
    if (moment.nanos == 0) return lua_pushinteger(L, moment.seconds);
    lua_pushnumber(L, static_cast<lua_Number>(moment.seconds) +
                          static_cast<lua_Number>(moment.nanos) / static_cast<lua_Number>(kNanos));
}

void push_length(lua_State* L, std::chrono::nanoseconds length) {
    if (length.count() % kNanos == 0) return lua_pushinteger(L, length.count() / kNanos);
    lua_pushnumber(L, static_cast<lua_Number>(length.count()) / static_cast<lua_Number>(kNanos));
}

Moment now(lua_State* L) { return from_wall(context(L).clock.wall()); }

Moment moved(lua_State* L, const Moment& moment, std::chrono::nanoseconds by) {
    const int64_t nanos = moment.nanos + by.count() % kNanos;
    const int64_t carry = nanos < 0 ? -1 : nanos / kNanos;
    const Moment out{moment.seconds + by.count() / kNanos + carry,
                     static_cast<int>(nanos - carry * kNanos)};
    if (!in_range(static_cast<lua_Number>(out.seconds)))
        call_error(L, "the moment lies outside of the years 0 to 9999");
    return out;
}

std::chrono::nanoseconds between(const Moment& from, const Moment& to) {
    const int64_t seconds = to.seconds - from.seconds;
    const int64_t bounded = std::clamp<int64_t>(seconds, -9'200'000'000, 9'200'000'000);
    return std::chrono::nanoseconds(bounded * kNanos + to.nanos - from.nanos);
}

}  // namespace sloth::lua
