// time: the clock, moments and lengths of time (lua/moment.h), and waiting without holding anything
// up.
#include "lua/modules/time.h"

#include <compare>
#include <utility>

#include "lua/arguments.h"
#include "lua/binding.h"
#include "lua/effect.h"
#include "lua/modules.h"
#include "lua/moment.h"
#include "text/duration.h"
#include "text/time_layout.h"

namespace sloth::lua {
namespace {

using std::chrono::nanoseconds;

constexpr int64_t kNanos = 1'000'000'000;

// time.now() -> seconds since 1970 with a fraction
int now_with_fraction(lua_State* L) {
    constexpr lua_Number kMicrosPerSecond = 1e6;
    lua_pushnumber(L,
                   static_cast<lua_Number>(to_micros(context(L).clock.wall())) / kMicrosPerSecond);
    return 1;
}

// time.unix([moment]) -> whole seconds since 1970
int unix_seconds(lua_State* L) {
    lua_pushinteger(L, optional_moment(L, 1).seconds);
    return 1;
}

// time.unix_nano([moment]) -> nanoseconds since 1970
int unix_nano(lua_State* L) {
    const Moment moment = optional_moment(L, 1);
    if (moment.seconds > INT64_MAX / kNanos - 1 || moment.seconds < INT64_MIN / kNanos + 1)
        call_error(L, "the moment lies outside of the years 1678 to 2261");
    lua_pushinteger(L, moment.seconds * kNanos + moment.nanos);
    return 1;
}

// time.rfc3339([moment]) -> "2026-01-09T07:05:03Z"
int rfc3339(lua_State* L) {
    const Moment moment = optional_moment(L, 1);
    push(L, text::format_go_time(text::to_civil(moment.seconds, moment.nanos, 0, "UTC"),
                                 "RFC3339Nano"));
    return 1;
}

// time.add(moment, length) -> moment
int add(lua_State* L) {
    const Moment moment = check_moment(L, 1);
    push_moment(L, moved(L, moment, check_length(L, 2)));
    return 1;
}

// time.sub(moment, moment) -> seconds between; time.sub(moment, "1h") -> moment
int sub(lua_State* L) {
    const Moment moment = check_moment(L, 1);
    const bool is_length = lua_type(L, 2) == LUA_TSTRING && lua_isnumber(L, 2) == 0 &&
                           text::parse_go_duration(text_at(L, 2));
    if (is_length) {
        push_moment(L, moved(L, moment, -check_length(L, 2)));
    } else {
        push_length(L, between(check_moment(L, 2), moment));
    }
    return 1;
}

// time.since(moment) -> seconds
int since(lua_State* L) {
    push_length(L, between(check_moment(L, 1), now(L)));
    return 1;
}

// time.remaining(moment) -> seconds
int remaining(lua_State* L) {
    push_length(L, between(now(L), check_moment(L, 1)));
    return 1;
}

// time.duration("1h30m") -> seconds; time.duration(5400) -> "1h30m0s"
int duration(lua_State* L) {
    const nanoseconds length = check_length(L, 1);
    if (lua_type(L, 1) == LUA_TNUMBER) {
        push(L, text::format_go_duration(length));
    } else {
        push_length(L, length);
    }
    return 1;
}

std::strong_ordering order(lua_State* L) {
    const Moment a = check_moment(L, 1);
    const Moment b = check_moment(L, 2);
    return std::pair(a.seconds, a.nanos) <=> std::pair(b.seconds, b.nanos);
}

int give(lua_State* L, bool value) {
    lua_pushboolean(L, value ? 1 : 0);
    return 1;
}

// time.after(a, b) -> boolean
int after(lua_State* L) { return give(L, order(L) > 0); }
int before(lua_State* L) { return give(L, order(L) < 0); }
int equal(lua_State* L) { return give(L, order(L) == 0); }

// The moment behind the last multiple of the length, counted from the year 1, which began on a
// Monday: weeks do too.
nanoseconds beyond_multiple(const Moment& moment, nanoseconds length) {
    constexpr int64_t kYearOne = -62'135'596'800;
    const __int128 count = static_cast<__int128>(moment.seconds - kYearOne) * kNanos + moment.nanos;
    const auto rest = static_cast<int64_t>(count % length.count());
    return nanoseconds(rest < 0 ? rest + length.count() : rest);
}

nanoseconds check_step(lua_State* L, int index) {
    const nanoseconds length = check_length(L, index);
    if (length.count() <= 0) argument_error(L, index, "a length of more than 0 expected");
    return length;
}

// time.truncate(moment, length) -> moment
int truncate(lua_State* L) {
    const Moment moment = check_moment(L, 1);
    push_moment(L, moved(L, moment, -beyond_multiple(moment, check_step(L, 2))));
    return 1;
}

// time.round(moment, length) -> moment; half way goes up
int round(lua_State* L) {
    const Moment moment = check_moment(L, 1);
    const nanoseconds length = check_step(L, 2);
    const nanoseconds beyond = beyond_multiple(moment, length);
    push_moment(L, moved(L, moment, beyond < length - beyond ? -beyond : length - beyond));
    return 1;
}

// time.sleep(length)
int sleep(lua_State* L) {
    constexpr const char* kName = "time.sleep";
    const nanoseconds length = check_length(L, 1);
    if (length.count() < 0) argument_error(L, 1, "seconds must be 0 or more");
    push_length(L, length);
    return effect(L, EffectKind::sleep, kName, Arguments(L, kName).value(-1).take());
}

}  // namespace

int open_time(lua_State* L) {
    static constexpr luaL_Reg kFunctions[] = {
        {"add", bound<add>},
        {"after", bound<after>},
        {"before", bound<before>},
        {"day", bound<time_day>},
        {"duration", bound<duration>},
        {"equal", bound<equal>},
        {"format", bound<time_format>},
        {"hour", bound<time_hour>},
        {"in_location", bound<time_in_location>},
        {"local", bound<time_local>},  // a keyword of Lua: to_local is the same
        {"minute", bound<time_minute>},
        {"month", bound<time_month>},
        {"now", bound<now_with_fraction>},
        {"parse", bound<time_parse>},
        {"remaining", bound<remaining>},
        {"rfc3339", bound<rfc3339>},
        {"round", bound<round>},
        {"second", bound<time_second>},
        {"since", bound<since>},
        {"sleep", bound<sleep>},
        {"sub", bound<sub>},
        {"to_local", bound<time_local>},
        {"truncate", bound<truncate>},
        {"unix", bound<unix_seconds>},
        {"unix_nano", bound<unix_nano>},
        {"until", bound<remaining>},  // a keyword too
        {"utc", bound<time_utc>},
        {"weekday", bound<time_weekday>},
        {"year", bound<time_year>},
        {"yearday", bound<time_yearday>},
        {nullptr, nullptr},
    };
    luaL_newlib(L, kFunctions);
    return 1;
}

}  // namespace sloth::lua
