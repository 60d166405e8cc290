#include "base/time_zone.h"

#include <absl/time/time.h>
#include <sys/stat.h>

#include <cstdlib>

namespace sloth {
namespace {

constexpr size_t kMaxName = 64;

// Names of files below the folder of zones, and nothing else.
bool is_zone_name(std::string_view name) {
    constexpr std::string_view kAllowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    return !name.empty() && name.size() <= kMaxName && name.front() != '/' &&
           name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::string zone_folder() {
    const char* folder = std::getenv("TZDIR");
    return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

bool is_file(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::unexpected<Error> no_zone(std::string_view name, const std::string& folder) {
    struct stat info{};
    const bool installed = ::stat(folder.c_str(), &info) == 0;
    return fail_with({Code::not_found, fmt::format("there is no time zone '{:.70}'", name),
                      installed
                          ? "zones are named like Europe/Berlin, America/New_York or UTC"
                          : fmt::format("{} is not there: install the package tzdata", folder)});
}

WallTime to_wall(absl::Time time) { return from_micros(absl::ToUnixMicros(time)); }

}  // namespace

struct TimeZone::Loaded {
    absl::TimeZone zone;
};

Result<TimeZone> TimeZone::load(std::string_view name) {
    const std::string folder = zone_folder();
    absl::TimeZone zone = absl::UTCTimeZone();
    if (name != "UTC") {
        // The library remembers what it could not load for ever: it is asked only for what is
        // there.
        const bool there = is_zone_name(name) && is_file(folder + '/' + std::string(name));
        if (!there || !absl::LoadTimeZone(std::string(name), &zone)) return no_zone(name, folder);
    }
    return TimeZone(std::make_shared<const Loaded>(Loaded{zone}));
}

ZoneOffset TimeZone::at(WallTime time) const {
    const auto info = loaded_->zone.At(absl::FromUnixMicros(to_micros(time)));
    return {std::chrono::seconds(info.offset), info.zone_abbr, info.is_dst};
}

ZoneInstants TimeZone::find(LocalTime time) const {
    const auto since = time.time_since_epoch();
    const auto whole = std::chrono::floor<std::chrono::seconds>(since);
    const absl::CivilSecond civil = absl::CivilSecond(1970) + whole.count();
    const auto info = loaded_->zone.At(civil);
    const Micros fraction = since - whole;
    using Kind = absl::TimeZone::TimeInfo;
    const ClockReading reading = info.kind == Kind::UNIQUE    ? ClockReading::once
                                 : info.kind == Kind::SKIPPED ? ClockReading::gap
                                                              : ClockReading::fold;
    const WallTime before = to_wall(info.pre) + fraction;
    if (reading == ClockReading::once) return {reading, before, before, before};
    return {reading, before, to_wall(info.trans), to_wall(info.post) + fraction};
}

}  // namespace sloth
