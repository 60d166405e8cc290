// Time zones: the broker reads their files, a worker has none.
//     [zone, "instant", seconds since 1970] -> [offset in seconds, abbreviation, summer time]
//     [zone, "local", seconds as if the clock showed UTC] -> [seconds since 1970, "once" | "gap" |
//                                                              "fold"]
//     or [null, message]
#include "base/time_zone.h"

#include "base/json.h"
#include "runner/effects/effect.h"

namespace sloth {
namespace {

std::string_view to_text(ClockReading reading) {
    switch (reading) {
        case ClockReading::gap:
            return "gap";
        case ClockReading::fold:
            return "fold";
        default:
            return "once";
    }
}

Answer look_up(const std::string& name, bool local, int64_t seconds) {
    const Result<TimeZone> zone = TimeZone::load(name);
    if (!zone) {
        const Error& error = zone.error();
        return {AnswerKind::values,
                dump_json(Json::array({nullptr, error.message + ": " + error.hint}))};
    }
    const std::chrono::seconds since(seconds);
    if (!local) {
        const ZoneOffset at = zone->at(WallTime(since));
        return {AnswerKind::values,
                dump_json(Json::array({at.offset.count(), at.abbreviation, at.daylight_saving}))};
    }
    const ZoneInstants found = zone->find(LocalTime(since));
    const auto instant = std::chrono::floor<std::chrono::seconds>(found.before);
    return {AnswerKind::values,
            dump_json(Json::array({instant.time_since_epoch().count(), to_text(found.reading)}))};
}

}  // namespace

Reply handle_time_zone(EffectCall& call, EffectWorld& world) {
    constexpr int64_t kMostSeconds = 400'000'000'000;  // beyond the year 9999 both ways
    const Json& args = call.args;
    const bool known = args.size() == 3 && args[0].is_string() && args[1].is_string() &&
                       args[2].is_number_integer();
    const int64_t seconds = known ? args[2].get<int64_t>() : kMostSeconds + 1;
    if (seconds > kMostSeconds || seconds < -kMostSeconds)
        return answer_raise("a time zone needs a name and a moment");
    Reply reply;
    reply.ongoing = world.pool.start(
        {},
        [name = args[0].get<std::string>(), local = args[1] == "local",
         seconds](const std::stop_token&) { return look_up(name, local, seconds); },
        std::move(call.finished));
    return reply;
}

}  // namespace sloth
