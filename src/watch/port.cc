#include "watch/port.h"

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

constexpr Micros kTimeout = 3s;

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

PortWatcher::PortWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                         const WatcherContext& context)
    : origin_(context.origin(spec)),
      owner_(context.owner),
      machine_(context.machine),
      port_(uint16_t(spec.port)),
      udp_(spec.protocol == "udp"),
      host_(spec.host.empty() ? "127.0.0.1" : spec.host),
      connects_(!spec.host.empty() || has(spec.conditions, "above")),
      conditions_(spec.conditions),
      timeout_(spec.timeout == Micros{} ? kTimeout : spec.timeout),
      held_for_(spec.held_for),
      levels_(spec) {
    const Json stored = parse_baseline(baseline);
    if (const auto open = stored.find("open"); open != stored.end() && open->is_boolean()) {
        open_ = open->get<bool>();
        inferred_ = true;
    }
    levels_.restore(stored.value("levels", Json()));
}

PortWatcher::Seen PortWatcher::look_here(const std::vector<Listener>& listeners) const {
    Seen seen;
    for (const Listener& listener : listeners) {
        if (listener.port != port_ || listener.udp != udp_) continue;
        seen.open = true;
        if (!has(seen.addresses, listener.address)) seen.addresses.push_back(listener.address);
    }
    return seen;
}

Result<Check> PortWatcher::check(MonoTime now) {
    Check check;
    levels_.begin();
    if (!connects_) {
        const auto& listeners = machine_.listeners(now);
        if (!listeners) return std::unexpected(listeners.error());
        now_ = look_here(*listeners);
    } else if (!now_) {
        if (!attempt_) {
            attempt_ =
                std::make_unique<ConnectionAttempt>(machine_, owner_, host_, port_, timeout_, now);
        }
        auto outcome = attempt_->step(now);
        if (!outcome) {
            check.again = attempt_->deadline();
            return check;
        }
        attempt_.reset();
        now_ = Seen{outcome->open, outcome->latency, std::move(outcome->problem), {}};
    }
    if (held_back(now, check)) return check;
    if (open_ && *open_ != now_->open) add_edge(check);
    if (connects_ && now_->open) {
        const double latency = std::chrono::duration<double, std::milli>(now_->latency).count();
        if (const auto crossing = levels_.take("", latency, now)) add_crossing(*crossing, check);
    }
    if (!open_ || *open_ != now_->open || levels_.changed()) check.save = Check::Save::now;
    return check;
}

// A port that has just closed may be asked to stay so for some time before it counts.
bool PortWatcher::held_back(MonoTime now, Check& check) {
    if (now_->open || !open_.value_or(false) || held_for_ == Micros{}) {
        closed_since_.reset();
        return false;
    }
    if (!closed_since_) closed_since_ = now;
    if (now - *closed_since_ >= held_for_) return false;
    check.again = *closed_since_ + held_for_;
    now_.reset();
    return true;
}

Json PortWatcher::describe() const {
    Json data{{"port", port_}, {"protocol", udp_ ? "udp" : "tcp"}};
    if (connects_) data["host"] = data["remote_host"] = host_;
    if (!now_->addresses.empty()) {
        data["address"] = now_->addresses.front();
        data["addresses"] = now_->addresses;
    }
    if (connects_ && now_->open) {
        data["latency_ms"] =
            number_json(std::chrono::duration<double, std::milli>(now_->latency).count());
        data["latency"] = format_duration(now_->latency);
    }
    if (!now_->problem.empty()) data["reason"] = now_->problem;
    return data;
}

void PortWatcher::add_edge(Check& check) const {
    const std::string_view kind = now_->open ? "opened" : "closed";
    if (!has(conditions_, kind)) return;
    check.sightings.push_back(
        make_sighting(fmt::format("port.{}", kind), describe(), origin_, inferred_));
}

void PortWatcher::add_crossing(const Levels::Crossing& crossing, Check& check) const {
    Json data = describe();
    levels_.describe(crossing, "latency", "latency", data);
    check.sightings.push_back(
        make_sighting(crossing.high ? "port.latency_high" : "port.latency_normal", std::move(data),
                      origin_, crossing.inferred));
}

std::string PortWatcher::baseline() const {
    Json json{{"levels", levels_.state()}};
    if (now_ || open_) json["open"] = now_ ? now_->open : *open_;
    return dump_json(json);
}

void PortWatcher::accept() {
    if (!now_) return;
    open_ = std::exchange(now_, {})->open;
    inferred_ = false;
    levels_.accept();
}

}  // namespace sloth
