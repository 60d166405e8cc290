// What needs a calendar: moments shown in a zone, and read. UTC and the service's own zone are
// known in the worker; for others the broker is asked.
#include <ctime>

#include "lua/arguments.h"
#include "lua/effect_then.h"
#include "lua/modules/time.h"
#include "lua/moment.h"
#include "text/time_layout.h"

namespace sloth::lua {
namespace {

using text::CivilTime;

constexpr int64_t kDay = 24 * 3600;

struct LocalOffset {
    int offset = 0;
    std::string abbreviation;
    bool daylight_saving = false;
};

// Of the service's own zone, which was read before the lockdown.
LocalOffset local_offset(int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    if (::localtime_r(&time, &parts) == nullptr) return {0, "UTC", false};
    return {static_cast<int>(parts.tm_gmtoff), parts.tm_zone, parts.tm_isdst > 0};
}

struct Instant {
    int64_t seconds = 0;
    const char* reading = "once";
};

// When the clocks of the service's zone show what UTC's show at `shown`: two offsets are in
// question around a change, the one before it and the one after.
Instant local_instant(int64_t shown) {
    const int before = local_offset(shown - kDay).offset;
    const int after = local_offset(shown + kDay).offset;
    const bool was = local_offset(shown - before).offset == before;
    const bool is = local_offset(shown - after).offset == after;
    if (was && is && before != after) return {shown - before, "fold"};
    if (was) return {shown - before, "once"};
    if (is) return {shown - after, "once"};
    return {shown - before, "gap"};
}

bool is_local(std::string_view zone) { return zone == "local" || zone == "Local"; }

// What is to be done with the moment, which is argument 1, as it is shown in the zone. Pushes its
// results. `daylight_saving` goes beside, since only tables show it.
using Show = int (*)(lua_State*, const CivilTime& time, bool daylight_saving);

template <Show kShow>
int show_answer(lua_State* L, int first) {
    if (lua_isnil(L, first)) return lua_gettop(L) - first + 1;  // nil, message
    const Moment moment = check_moment(L, 1);
    const auto offset = static_cast<int>(lua_tointeger(L, first));
    const std::string abbreviation(text_at(L, first + 1));
    const bool daylight_saving = lua_toboolean(L, first + 2) != 0;
    lua_settop(L, first - 1);
    return kShow(L, text::to_civil(moment.seconds, moment.nanos, offset, abbreviation),
                 daylight_saving);
}

template <Show kShow>
int show_in(lua_State* L, std::string_view zone, const char* name) {
    if (lua_isnoneornil(L, 1)) {
        if (lua_gettop(L) == 0) lua_pushnil(L);
        push_moment(L, now(L));
        lua_replace(L, 1);
    }
    const Moment moment = check_moment(L, 1);
    if (zone == "UTC")
        return kShow(L, text::to_civil(moment.seconds, moment.nanos, 0, "UTC"), false);
    if (is_local(zone)) {
        const LocalOffset at = local_offset(moment.seconds);
        return kShow(L, text::to_civil(moment.seconds, moment.nanos, at.offset, at.abbreviation),
                     at.daylight_saving);
    }
    lua_pushinteger(L, moment.seconds);
    Arguments args(L, name);
    args.text(zone).text("instant").value(-1);
    lua_pop(L, 1);
    return effect_then<show_answer<kShow>>(L, EffectKind::time_zone, name, args.take());
}

void set_field(lua_State* L, const char* name, int value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

// With the fields of os.date("*t"), and more.
int push_table(lua_State* L, const CivilTime& time, bool daylight_saving) {
    lua_createtable(L, 0, 15);
    set_field(L, "year", time.year);
    set_field(L, "month", time.month);
    set_field(L, "day", time.day);
    set_field(L, "hour", time.hour);
    set_field(L, "min", time.minute);
    set_field(L, "minute", time.minute);
    set_field(L, "sec", time.second);
    set_field(L, "second", time.second);
    set_field(L, "nanosecond", time.nanos);
    set_field(L, "wday", text::weekday(time) + 1);
    set_field(L, "yday", text::year_day(time));
    set_field(L, "offset", time.offset);
    lua_pushboolean(L, daylight_saving ? 1 : 0);
    lua_setfield(L, -2, "isdst");
    push(L, time.zone);
    lua_setfield(L, -2, "zone");
    push_moment(L, {text::to_seconds(time), time.nanos});
    lua_setfield(L, -2, "unix");
    return 1;
}

int push_formatted(lua_State* L, const CivilTime& time, bool /*daylight_saving*/) {
    const Result<std::string> text = text::format_time(time, check_text(L, 2));
    if (!text) argument_error(L, 2, text.error().message);
    push(L, *text);
    return 1;
}

template <int CivilTime::* kPart>
int push_part(lua_State* L, const CivilTime& time, bool /*daylight_saving*/) {
    lua_pushinteger(L, time.*kPart);
    return 1;
}

int push_weekday(lua_State* L, const CivilTime& time, bool /*daylight_saving*/) {
    lua_pushinteger(L, text::weekday(time));
    push(L, text::format_go_time(time, "Monday"));
    return 2;
}

int push_yearday(lua_State* L, const CivilTime& time, bool /*daylight_saving*/) {
    lua_pushinteger(L, text::year_day(time));
    return 1;
}

std::string_view check_layout(lua_State* L, int index) {
    constexpr size_t kMostBytes = 1024;
    const std::string_view layout = check_text(L, index);
    if (layout.size() > kMostBytes)
        argument_error(L, index, "a layout of up to 1024 bytes expected");
    return layout;
}

std::string_view zone_at(lua_State* L, int index, std::string_view usual) {
    return optional_text(L, index).value_or(usual);
}

// The text of argument 2 read by the layout of argument 1: the part of a second that a zone does
// not change. It parses again what time_parse has parsed before it asked.
Moment parsed_again(lua_State* L) {
    const auto parsed = text::parse_time(text_at(L, 2), text_at(L, 1));
    return {text::to_seconds(parsed->time), parsed->time.nanos};
}

int push_instant(lua_State* L, const Instant& instant, int nanos) {
    push_moment(L, {instant.seconds, nanos});
    if (std::string_view(instant.reading) == "once") return 1;
    lua_pushstring(L, instant.reading);
    return 2;
}

int parse_answer(lua_State* L, int first) {
    if (lua_isnil(L, first)) return lua_gettop(L) - first + 1;  // nil, message
    lua_settop(L, first + 1);
    const Moment moment = parsed_again(L);
    const Instant instant{lua_tointeger(L, first), lua_tostring(L, first + 1)};
    return push_instant(L, instant, moment.nanos);
}

}  // namespace

// time.format(moment, layout [, zone = "local"]) -> text
int time_format(lua_State* L) {
    optional_moment(L, 1);
    check_layout(L, 2);
    return show_in<push_formatted>(L, zone_at(L, 3, "local"), "time.format");
}

// time.parse(layout, text [, zone = "UTC"]) -> moment [, "gap" | "fold"] | nil, message
int time_parse(lua_State* L) {
    constexpr const char* kName = "time.parse";
    const std::string_view layout = check_layout(L, 1);
    const auto parsed = text::parse_time(check_text(L, 2), layout);
    const std::string_view zone = zone_at(L, 3, "UTC");
    if (!parsed) return give_failure(L, parsed.error().message);
    const int64_t shown = text::to_seconds(parsed->time);
    const int nanos = parsed->time.nanos;
    if (parsed->has_offset || zone == "UTC") return push_instant(L, {shown}, nanos);
    if (is_local(zone)) return push_instant(L, local_instant(shown), nanos);
    lua_pushinteger(L, shown);
    Arguments args(L, kName);
    args.text(zone).text("local").value(-1);
    lua_pop(L, 1);
    return effect_then<parse_answer>(L, EffectKind::time_zone, kName, args.take());
}

// time.utc([moment]) -> {year = 2026, month = 1, ...}
int time_utc(lua_State* L) { return show_in<push_table>(L, "UTC", "time.utc"); }

int time_local(lua_State* L) { return show_in<push_table>(L, "local", "time.to_local"); }

// time.in_location(moment, zone) -> the same, or nil, message
int time_in_location(lua_State* L) {
    optional_moment(L, 1);
    return show_in<push_table>(L, check_text(L, 2), "time.in_location");
}

// time.year([moment [, zone = "local"]]) -> number, and so on
int time_year(lua_State* L) {
    return show_in<push_part<&CivilTime::year>>(L, zone_at(L, 2, "local"), "time.year");
}
int time_month(lua_State* L) {
    return show_in<push_part<&CivilTime::month>>(L, zone_at(L, 2, "local"), "time.month");
}
int time_day(lua_State* L) {
    return show_in<push_part<&CivilTime::day>>(L, zone_at(L, 2, "local"), "time.day");
}
int time_hour(lua_State* L) {
    return show_in<push_part<&CivilTime::hour>>(L, zone_at(L, 2, "local"), "time.hour");
}
int time_minute(lua_State* L) {
    return show_in<push_part<&CivilTime::minute>>(L, zone_at(L, 2, "local"), "time.minute");
}
int time_second(lua_State* L) {
    return show_in<push_part<&CivilTime::second>>(L, zone_at(L, 2, "local"), "time.second");
}

// time.weekday([moment [, zone]]) -> 0 (Sunday) to 6, name
int time_weekday(lua_State* L) {
    return show_in<push_weekday>(L, zone_at(L, 2, "local"), "time.weekday");
}

int time_yearday(lua_State* L) {
    return show_in<push_yearday>(L, zone_at(L, 2, "local"), "time.yearday");
}

}  // namespace sloth::lua
