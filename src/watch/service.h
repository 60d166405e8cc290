// The service watcher: a unit of systemd, over D-Bus. Told by systemd's signals; the interval only
// asks again, and connects again. See watch/watcher.h for who may call it.
#pragma once

#include <vector>

#include "watch/service_life.h"
#include "watch/watchers.h"

namespace sloth {

class ServiceWatcher final : public Watcher, public SystemBus::Listener {
 public:
    ServiceWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                   const WatcherContext& context);
    ~ServiceWatcher() override;
    ServiceWatcher(const ServiceWatcher&) = delete;
    ServiceWatcher& operator=(const ServiceWatcher&) = delete;

    std::optional<MonoTime> notice(const Notice&, MonoTime now) override { return now; }
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

    void unit_state(const UnitState& state) override;
    void bus_lost(const Error& why) override;

 private:
    // How the unit is configured.
    struct Setup {
        std::string file_state;
        std::string files;  // its file and drop-ins as they lie on the disk

        bool operator==(const Setup&) const = default;
    };
    struct Seen {
        ServiceLife::Memory life;
        Setup setup;

        bool operator==(const Seen&) const = default;
    };

    void read(const nlohmann::ordered_json& stored);
    void add_sighting(const ServiceEvent& event, Check& check) const;
    void add_setup(const UnitState& state, const Setup& before, Check& check) const;
    nlohmann::ordered_json describe(const UnitState& state) const;
    bool wants(std::string_view condition) const;

    const Origin origin_;
    const uint64_t owner_;
    SystemBus& bus_;
    const std::string name_;
    const std::string unit_;
    const std::vector<std::string> conditions_;
    const Micros interval_;

    std::optional<Seen> seen_;  // as of the last accepted check
    bool inferred_ = false;     // that is of an earlier life
    std::optional<Seen> now_;
    std::vector<UnitState> states_;  // that came since; not accepted yet
    size_t states_taken_ = 0;
    std::optional<UnitState> last_;
    std::optional<Error> lost_;  // why nothing is known
    bool was_lost_ = false;      // and has come back: something may have been missed
    std::optional<MonoTime> stopping_since_;
    std::optional<MonoTime> asked_;
};

// "nginx" is nginx.service.
std::string unit_name(std::string_view name);

}  // namespace sloth
