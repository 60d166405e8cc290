// The parts of the module time that stand in a file of their own. Each is a bound function.
#pragma once

#include <lua.hpp>

namespace sloth::lua {

// time_calendar.cc: what needs a calendar and a zone.
int time_format(lua_State* L);
int time_parse(lua_State* L);
int time_utc(lua_State* L);
int time_local(lua_State* L);
int time_in_location(lua_State* L);
int time_year(lua_State* L);
int time_month(lua_State* L);
int time_day(lua_State* L);
int time_hour(lua_State* L);
int time_minute(lua_State* L);
int time_second(lua_State* L);
int time_weekday(lua_State* L);
int time_yearday(lua_State* L);

}  // namespace sloth::lua
