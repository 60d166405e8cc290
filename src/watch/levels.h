// The alarms of a watcher that measures: one for each thing it measures (a core, a mount), kept
// between checks and between lives, and what their events carry. One thread.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "domain/watcher_spec.h"
#include "watch/alarm.h"

namespace sloth {

class Levels {
 public:
    // An edge, and the reading that was over it.
    struct Crossing {
        bool high = false;  // the value is above the threshold now
        bool initial = false;
        bool inferred = false;
        double value = 0;
    };

    // Watches nothing if the spec has no condition above or below.
    explicit Levels(const WatcherSpec& spec);

    // A check begins; what the last one saw is forgotten unless it was accepted.
    void begin() { now_ = seen_; }
    // "" is the only one of its kind.
    std::optional<Crossing> take(std::string_view key, double value, MonoTime now);
    // Only these exist any more.
    template <class Exists>
    void keep_only(Exists&& exists) {
        std::erase_if(now_, [&](const auto& alarm) { return !exists(alarm.first); });
    }
    void accept();

    bool active() const { return active_; }
    bool changed() const;                 // since the last accept(), so that it must be stored
    std::optional<MonoTime> due() const;  // when a held alarm may ring

    // As JSON for the next start. What is taken up there is of an earlier life.
    nlohmann::ordered_json state() const;
    void restore(const nlohmann::ordered_json& state);

    // threshold, current, metric, condition, `resource` and what else all events of levels have.
    void describe(const Crossing& crossing, std::string_view resource, std::string_view metric,
                  nlohmann::ordered_json& data) const;

 private:
    const bool active_;
    const AlarmLine line_;
    std::map<std::string, Alarm, std::less<>> seen_;
    std::map<std::string, Alarm, std::less<>> now_;
    bool inferred_ = false;  // seen_ is of an earlier life, and nothing was compared with it yet
    bool compared_ = false;
};

// For an event's data: whole numbers as such, others with two decimals.
nlohmann::ordered_json number_json(double value);

}  // namespace sloth
