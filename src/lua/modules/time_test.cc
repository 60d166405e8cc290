#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "lua/script_bed.h"

namespace sloth::lua {
namespace {

// The bed's clock stands at 2025-11-23T12:13:20.5Z. The zone of the machine must not matter.
class LuaTime : public testing::Test {
 protected:
    LuaTime() { set_zone("Europe/Berlin"); }
    ~LuaTime() override { set_zone(nullptr); }

    static void set_zone(const char* name) {
        if (name == nullptr) {
            ::unsetenv("TZ");
        } else {
            ::setenv("TZ", name, 1);
        }
        ::tzset();
    }
    std::string eval(const std::string& body) { return bed.eval(body); }
    // The effects that the body asks for.
    std::vector<std::string> asked(const std::string& body) { return bed.call(body).effects; }

    ScriptBed bed;
};

TEST_F(LuaTime, tells_the_time) {
    EXPECT_EQ(eval("return time.now(), time.unix(), time.unix_nano()"),
              "1763900000.5\t1763900000\t1763900000500000000");
    EXPECT_EQ(
        eval("return time.unix(12.7), time.unix_nano(1.5), time.unix('2026-01-09T07:05:03Z')"),
        "12\t1500000000\t1767942303");
    EXPECT_EQ(eval("return time.rfc3339(), time.rfc3339(0), time.rfc3339(-0.25)"),
              "2025-11-23T12:13:20.5Z\t1970-01-01T00:00:00Z\t1969-12-31T23:59:59.75Z");
}

TEST_F(LuaTime, calculates_with_moments) {
    EXPECT_EQ(eval("return time.add(100, '1h30m'), time.add(100, 0.5), time.add(0, '-1ms')"),
              "5500\t100.5\t-0.001");
    EXPECT_EQ(eval("return time.sub(100, 40), time.sub(100, '1m'), time.sub(1.5, 1)"),
              "60\t40\t0.5");
    EXPECT_EQ(eval("return time.since(1763899990), time.remaining(1763900001), "
                   "time['until'](1763900000.5)"),
              "10.5\t0.5\t0");
    EXPECT_EQ(eval("return time.duration('1h30m'), time.duration('250ms'), time.duration(5400), "
                   "time.duration(0.25)"),
              "5400\t0.25\t1h30m0s\t250ms");
    EXPECT_EQ(eval("return time.after(2, 1), time.before(2, 1), time.equal(2, 2.0), "
                   "time.equal('1970-01-01T01:00:00+01:00', 0)"),
              "true\tfalse\ttrue\ttrue");
    EXPECT_EQ(
        eval("return time.truncate(5430, '1h'), time.round(5430, '1h'), time.round(5400, '1h'), "
             "time.truncate(-1, '1m'), time.truncate(1.75, 0.5)"),
        "3600\t7200\t7200\t-60\t1.5");
    // Weeks begin on Monday.
    EXPECT_EQ(eval("return time.format(time.truncate(1763900000, '7d'), '%a %F', 'UTC')"),
              "Mon 2025-11-17");
}

TEST_F(LuaTime, formats_in_utc_and_the_services_own_zone) {
    EXPECT_EQ(eval("return time.format(1763900000, '2006-01-02 15:04:05 MST')"),
              "2025-11-23 13:13:20 CET");
    EXPECT_EQ(eval("return time.format(1763900000, '%Y-%m-%d %H:%M %z', 'UTC')"),
              "2025-11-23 12:13 +0000");
    EXPECT_EQ(eval("return time.format(1763900000.25, 'RFC3339Nano', 'local')"),
              "2025-11-23T13:13:20.25+01:00");
    EXPECT_EQ(eval("return time.year(), time.month(), time.day(), time.hour(), time.minute(), "
                   "time.second(), time.yearday()"),
              "2025\t11\t23\t13\t13\t20\t327");
    EXPECT_EQ(eval("return time.hour(0, 'UTC'), time.weekday(0, 'UTC')"), "0\t4\tThursday");
    EXPECT_EQ(eval("local t = time.utc(1752577200) return t.year, t.month, t.day, t.hour, t.min, "
                   "t.sec, t.wday, t.yday, t.isdst, t.zone, t.offset, t.unix"),
              "2025\t7\t15\t11\t0\t0\t3\t196\tfalse\tUTC\t0\t1752577200");
    EXPECT_EQ(eval("local t = time.to_local(1752577200) return t.hour, t.isdst, t.zone, t.offset, "
                   "os.time(t) == t.unix, time['local'](1752577200).hour"),
              "13\ttrue\tCEST\t7200\ttrue\t13");
    EXPECT_TRUE(asked("time.format(0, '%F') time.utc() time.in_location(0, 'UTC')").empty());
}

TEST_F(LuaTime, reads_texts) {
    EXPECT_EQ(eval("return time.parse('2006-01-02 15:04', '2026-01-09 07:05')"), "1767942300");
    EXPECT_EQ(eval("return time.parse('%d.%m.%Y %H:%M', '09.01.2026 07:05', 'local')"),
              "1767938700");
    EXPECT_EQ(eval("return time.parse('RFC3339', '2026-01-09T07:05:03.5+01:00', 'Asia/Tokyo')"),
              "1767938703.5");
    EXPECT_EQ(eval("return time.parse('15:04', '25:00')"),
              "nil\t'25:00': there is no such day or hour");
    EXPECT_EQ(eval("return time.parse('%F', 'x')"),
              "nil\t'x' does not fit the layout '%F' from character 1 on");
    // In Berlin the clocks jump over 02:30 on 29 March 2026, and show it twice on 25 October.
    EXPECT_EQ(eval("return time.parse('%F %R', '2026-03-29 02:30', 'local')"), "1774747800\tgap");
    EXPECT_EQ(eval("return time.parse('%F %R', '2026-10-25 02:30', 'local')"), "1792888200\tfold");
    EXPECT_EQ(eval("return time.parse('%F %R', '2026-10-25 03:30', 'local')"), "1792895400");
    EXPECT_EQ(eval("return time.parse('%F %R', '2026-03-29 03:30', 'local')"), "1774747800");
}

TEST_F(LuaTime, asks_the_broker_for_other_zones) {
    EXPECT_EQ(asked("time.format(1763900000.5, '%F', 'Asia/Tokyo')"),
              (std::vector<std::string>{R"(time.format ["Asia/Tokyo","instant",1763900000])"}));
    EXPECT_EQ(asked("time.parse('%F', '2026-01-09', 'Asia/Tokyo')"),
              (std::vector<std::string>{R"(time.parse ["Asia/Tokyo","local",1767916800])"}));
    bed.broker = [](const EffectRequest&) { return R"([32400,"JST",false])"; };
    EXPECT_EQ(
        eval("return time.format(1763900000.5, '2006-01-02T15:04:05.0 MST -0700', 'Asia/Tokyo')"),
        "2025-11-23T21:13:20.5 JST +0900");
    EXPECT_EQ(eval("local t = time.in_location(1763900000.5, 'Asia/Tokyo') "
                   "return t.hour, t.zone, t.unix, t.nanosecond"),
              "21\tJST\t1763900000.5\t500000000");
    EXPECT_EQ(eval("return time.hour(nil, 'Asia/Tokyo')"), "21");
    EXPECT_EQ(eval("return time.weekday(0, 'Asia/Tokyo')"), "4\tThursday");
    bed.broker = [](const EffectRequest&) { return R"([1767884400,"fold"])"; };
    EXPECT_EQ(eval("return time.parse('%F %H.%f', '2026-01-09 00.25', 'Asia/Tokyo')"),
              "1767884400.25\tfold");
    bed.broker = [](const EffectRequest&) { return R"([null,"there is no time zone 'Mars'"])"; };
    EXPECT_EQ(eval("return time.format(0, '%F', 'Mars')"), "nil\tthere is no time zone 'Mars'");
    EXPECT_EQ(eval("return time.in_location(0, 'Mars')"), "nil\tthere is no time zone 'Mars'");
    EXPECT_EQ(eval("return time.parse('%F', '2026-01-09', 'Mars')"),
              "nil\tthere is no time zone 'Mars'");
}

TEST_F(LuaTime, says_what_is_wrong_with_an_argument) {
    const auto raised = [&](const std::string& call) {
        return eval("return select(2, pcall(function() return " + call + " end))");
    };
    EXPECT_EQ(
        raised("time.add({}, 1)"),
        "notify.lua:1: bad argument #1 to 'time.add' (a moment (seconds since 1970, or RFC 3339) "
        "expected, got table)");
    EXPECT_EQ(raised("time.add('noon', 1)"),
              "notify.lua:1: bad argument #1 to 'time.add' ('noon' is not a time: write it as RFC "
              "3339, for example 2026-11-23T14:25:07Z)");
    EXPECT_EQ(raised("time.add(1, '5 hours')"),
              "notify.lua:1: bad argument #2 to 'time.add' ('5 hours' is no duration: write 1h30m, "
              "1.5s or 250ms)");
    EXPECT_EQ(
        raised("time.add(0/0, 1)"),
        "notify.lua:1: bad argument #1 to 'time.add' (a moment of the years 0 to 9999 expected)");
    EXPECT_EQ(
        raised("time.add(math.maxinteger, 1)"),
        "notify.lua:1: bad argument #1 to 'time.add' (a moment of the years 0 to 9999 expected)");
    EXPECT_EQ(raised("time.add(253402300799, 1)"),
              "notify.lua:1: time.add: the moment lies outside of the years 0 to 9999");
    EXPECT_EQ(
        raised("time.add(0, 1e300)"),
        "notify.lua:1: bad argument #2 to 'time.add' (a length of less than 292 years expected)");
    EXPECT_EQ(
        raised("time.truncate(0, 0)"),
        "notify.lua:1: bad argument #2 to 'time.truncate' (a length of more than 0 expected)");
    EXPECT_EQ(
        raised("time.format(0, '%Q', 'UTC')"),
        "notify.lua:1: bad argument #2 to 'time.format' (the layout has %Q, which means nothing)");
    EXPECT_EQ(
        raised("time.sleep('x')"),
        "notify.lua:1: bad argument #1 to 'time.sleep' ('x' is no duration: write 1h30m, 1.5s or "
        "250ms)");
}

}  // namespace
}  // namespace sloth::lua
