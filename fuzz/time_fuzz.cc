// Layouts of time, durations and RFC 3339: a layout and a text, with a zero byte between.
#include "base/time.h"
#include "fuzz/fuzz.h"
#include "text/duration.h"
#include "text/time_layout.h"

namespace {

using namespace sloth;

void check_layout(std::string_view layout, std::string_view text) {
    const auto parsed = text::parse_time(text, layout);
    const auto shown = text::format_time(
        parsed ? parsed->time : text::to_civil(1'767'938'703, 45'000'000, 3600, "CET"), layout);
    CHECK(shown || !shown.error().message.empty());
    if (!parsed) return;
    CHECK(text::is_valid(parsed->time));
    const int64_t seconds = text::to_seconds(parsed->time);
    const text::CivilTime& time = parsed->time;
    CHECK(text::to_seconds(text::to_civil(seconds, time.nanos, time.offset, time.zone)) == seconds);
}

void check_durations(std::string_view text) {
    if (const auto length = text::parse_go_duration(text))
        CHECK(text::parse_go_duration(text::format_go_duration(*length)).value() == *length);
    if (const Result<Micros> length = parse_duration(text))
        CHECK(parse_duration(format_duration(*length)).value() == *length);
    if (const Result<WallTime> time = parse_rfc3339(text))
        CHECK(parse_rfc3339(format_rfc3339(*time)).value_or(*time) == *time);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view rest = as_text(data, size);
    const std::string_view layout = take_part(rest);
    check_layout(layout, rest);
    check_durations(layout);
    check_durations(rest);
    return 0;
}
