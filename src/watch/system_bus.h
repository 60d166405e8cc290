// systemd over D-Bus: what it says of units, told as it happens. Never blocks: every question is
// answered later. Where there is no bus, or no systemd on it, the listeners are told so, and it is
// tried again whenever one of them looks. One thread. The address is that of every D-Bus program:
// DBUS_SYSTEM_BUS_ADDRESS, else the system's own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "watch/notifier.h"
#include "watch/sd_bus.h"
#include "watch/unit_state.h"

namespace sloth {

class SystemBus final : public NoticeSource {
 public:
    class Listener {
     public:
        virtual ~Listener() = default;
        // Each state that the unit went through, in order.
        virtual void unit_state(const UnitState& state) = 0;
        // Nothing is known any more. After it a state comes that may be any.
        virtual void bus_lost(const Error& why) = 0;
    };

    explicit SystemBus(Notifier& notifier) : notifier_(notifier) {}
    ~SystemBus() override;
    SystemBus(const SystemBus&) = delete;
    SystemBus& operator=(const SystemBus&) = delete;

    // Can it be spoken to at all? Code::failed with what is missing.
    Result<void> probe();

    // `unit` with its suffix: "nginx.service".
    void add(uint64_t owner, const std::string& unit, Listener& listener);
    void remove(uint64_t owner);
    // Connects again if the connection was lost, and asks about the unit anew.
    void refresh(uint64_t owner);

    void read(std::vector<Notice>& notices) override;

 private:
    struct Unit {
        SystemBus& bus;
        uint64_t owner = 0;
        std::string name;
        Listener& listener;
        std::string path = {};
        UnitState state = {};
        BusSlot changes = {};             // the match for its signals
        std::vector<BusSlot> calls = {};  // answers that are waited for
        int unanswered = 0;               // refreshes in vain
    };

    Result<void> connect();
    void disconnect(const Error& why);
    void process();
    void update_events();
    void subscribe();
    BusSlot match(const std::string& rule, sd_bus_message_handler_t take, void* data);
    void ask_for_path(Unit& unit);
    void ask_for_all(Unit& unit);
    void fail_unit(Unit& unit, const Error& why);
    std::optional<Error> error_of(sd_bus_message* message, const Unit& unit) const;

    static int took_path(sd_bus_message* message, void* data, sd_bus_error*);
    static int took_own(sd_bus_message* message, void* data, sd_bus_error*);
    static int took_all(sd_bus_message* message, void* data, sd_bus_error*);
    static int took_change(sd_bus_message* message, void* data, sd_bus_error*);
    static int took_owner(sd_bus_message* message, void* data, sd_bus_error*);
    static int took_reload(sd_bus_message* message, void* data, sd_bus_error*);

    Notifier& notifier_;
    std::unique_ptr<SdBus> library_;
    sd_bus* bus_ = nullptr;
    int fd_ = -1;
    std::vector<BusSlot> matches_;
    BusSlot subscription_;
    std::map<uint64_t, std::unique_ptr<Unit>> units_;
    std::vector<Notice> told_;  // collected while messages are taken
};

}  // namespace sloth
