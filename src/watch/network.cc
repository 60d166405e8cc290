#include "watch/network.h"

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace sloth {
namespace {

constexpr size_t kMaxNews = 1000;  // between two looks; a cable that trembles makes many

uint64_t counter_of(const InterfaceReading& reading, std::string_view metric) {
    if (metric == "received") return reading.received;
    if (metric == "sent") return reading.sent;
    if (metric == "errors") return reading.errors;
    return reading.received + reading.sent;
}

}  // namespace

NetworkWatcher::NetworkWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                               const WatcherContext& context)
    : origin_(context.origin(spec)),
      owner_(context.owner),
      machine_(context.machine),
      name_(spec.name),
      metric_(spec.metric.empty() ? "throughput" : spec.metric),
      conditions_(spec.conditions),
      interval_(spec.interval),
      levels_(spec) {
    const Json stored = parse_baseline(baseline);
    if (const auto up = stored.find("up"); up != stored.end() && up->is_boolean()) {
        up_ = up->get<bool>();
        inferred_ = true;
    }
    levels_.restore(stored.value("levels", Json()));
    if (auto heard = machine_.link_news().add(owner_, *this); !heard) {
        unaided_ = heard.error().message;
    }
}

NetworkWatcher::~NetworkWatcher() { machine_.link_news().remove(owner_); }

bool NetworkWatcher::link_changed(std::string_view name, bool up) {
    if (name != name_) return false;
    if (news_.size() >= kMaxNews) {
        lost_ = true;
    } else {
        news_.push_back(up);
    }
    return true;
}

Result<Check> NetworkWatcher::check(MonoTime now) {
    levels_.begin();
    counted_now_.reset();
    now_up_.reset();
    const auto& interfaces = machine_.interfaces(now);
    if (!interfaces) return std::unexpected(interfaces.error());
    const auto found = std::ranges::find(*interfaces, name_, &InterfaceReading::name);
    const bool exists = found != interfaces->end();
    Check check;
    check.unaided = unaided_;
    if (lost_) check.gap = "the kernel could not tell of every change of a network interface";
    now_up_ = up_;
    for (const bool up : news_) turn(up, check);
    news_taken_ = news_.size();
    turn(exists && found->up, check);
    if (levels_.active() && exists) {
        counted_now_ = Counted{*found, now};
        // A look soon after another one would measure that moment alone.
        if (counted_ && now - counted_->at < interval_ / 4) {
            counted_now_ = counted_;
        } else if (counted_) {
            measure(*counted_, check);
        }
    }
    if (up_ != now_up_ || levels_.changed()) check.save = Check::Save::now;
    return check;
}

void NetworkWatcher::turn(bool up, Check& check) {
    const bool first = !now_up_;
    if (now_up_ == up) return;
    now_up_ = up;
    const std::string_view kind = up ? "up" : "down";
    if (first || std::ranges::find(conditions_, kind) == conditions_.end()) return;
    check.sightings.push_back(make_sighting(
        fmt::format("network.{}", kind),
        Json{{"interface", name_}, {"name", name_}, {"state", kind}}, origin_, inferred_));
}

void NetworkWatcher::measure(const Counted& before, Check& check) {
    const uint64_t old = counter_of(before.reading, metric_);
    const uint64_t count = counter_of(counted_now_->reading, metric_);
    if (count < old) return;  // it was made anew
    const double seconds = std::chrono::duration<double>(counted_now_->at - before.at).count();
    const double rate = double(count - old) / seconds;
    const auto crossing = levels_.take("", rate, counted_now_->at);
    if (!crossing) return;
    const bool errors = metric_ == "errors";
    Json data{{"interface", name_}, {"name", name_}};
    levels_.describe(*crossing, "network", metric_, data);
    data[errors ? "errors_per_second" : "bytes_per_second"] = number_json(rate);
    if (!errors) data["bandwidth"] = number_json(rate);
    check.sightings.push_back(
        make_sighting(fmt::format("network.{}_{}", errors ? "errors" : "throughput",
                                  crossing->high ? "high" : "normal"),
                      std::move(data), origin_, crossing->inferred));
}

std::string NetworkWatcher::baseline() const {
    Json json{{"levels", levels_.state()}};
    const auto& up = now_up_ ? now_up_ : up_;
    if (up) json["up"] = *up;
    return dump_json(json);
}

void NetworkWatcher::accept() {
    if (!now_up_) return;
    up_ = std::exchange(now_up_, {});
    news_.erase(news_.begin(), news_.begin() + ptrdiff_t(news_taken_));
    news_taken_ = 0;
    lost_ = false;
    inferred_ = false;
    if (counted_now_) counted_ = std::exchange(counted_now_, {});
    levels_.accept();
}

}  // namespace sloth
