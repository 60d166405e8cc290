#include "watch/levels.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"

namespace sloth {
namespace {

bool wants_level(const WatcherSpec& spec) {
    return spec.threshold && std::ranges::any_of(spec.conditions, [](const std::string& c) {
               return c == "above" || c == "below";
           });
}

}  // namespace

Levels::Levels(const WatcherSpec& spec) : active_(wants_level(spec)), line_(AlarmLine::of(spec)) {}

std::optional<Levels::Crossing> Levels::take(std::string_view key, double value, MonoTime now) {
    if (!active_) return {};
    compared_ = true;
    auto it = now_.find(key);
    if (it == now_.end()) it = now_.emplace(key, Alarm()).first;
    const Alarm::Edge edge = it->second.take(line_, value, now);
    if (edge == Alarm::Edge::none) return {};
    return Crossing{.high = (edge == Alarm::Edge::raised) != line_.below,
                    .initial = it->second.initial(),
                    .inferred = inferred_,
                    .value = value};
}

void Levels::accept() {
    seen_ = now_;
    if (compared_) inferred_ = false;
}

bool Levels::changed() const {
    return !std::ranges::equal(seen_, now_, [](const auto& a, const auto& b) {
        return a.first == b.first && a.second.raised() == b.second.raised();
    });
}

std::optional<MonoTime> Levels::due() const {
    std::optional<MonoTime> first;
    for (const auto& [_, alarm] : now_) {
        const auto due = alarm.due(line_);
        if (due && (!first || *due < *first)) first = due;
    }
    return first;
}

Json Levels::state() const {
    Json state = Json::object();
    for (const auto& [key, alarm] : now_) state[key] = alarm.raised();
    return state;
}

void Levels::restore(const Json& state) {
    if (!state.is_object()) return;
    for (const auto& [key, raised] : state.items()) {
        if (raised.is_boolean()) seen_.emplace(key, Alarm(raised.get<bool>()));
    }
    now_ = seen_;
    inferred_ = !seen_.empty();
}

void Levels::describe(const Crossing& crossing, std::string_view resource, std::string_view metric,
                      Json& data) const {
    data["metric"] = metric;
    data["current"] = number_json(crossing.value);
    data["threshold"] = number_json(line_.threshold);
    data["condition"] = line_.below ? "below" : "above";
    data["resource"] = Json{{"name", resource},
                            {"current", number_json(crossing.value)},
                            {"threshold", number_json(line_.threshold)}};
    if (line_.held_for != Micros{}) data["for"] = format_duration(line_.held_for);
    if (crossing.initial) data["initial"] = true;
}

Json number_json(double value) {
    const double rounded = std::round(value * 100) / 100;
    const bool whole = rounded == std::floor(rounded) && std::abs(rounded) < 9e15;
    return whole ? Json(int64_t(rounded)) : Json(rounded);
}

}  // namespace sloth
