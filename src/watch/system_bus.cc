#include "watch/system_bus.h"

#include <poll.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "base/file.h"

namespace sloth {
namespace {

constexpr const char* kSystemd = "org.freedesktop.systemd1";
constexpr const char* kManagerPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";

std::string bus_address() {
    const char* address = ::getenv("DBUS_SYSTEM_BUS_ADDRESS");
    return address != nullptr ? address : "/run/dbus/system_bus_socket";
}

Error no_bus(int error) {
    return {Code::failed,
            fmt::format("no system bus answers at {}: {}", bus_address(), errno_text(error)),
            "services can be watched where systemd and D-Bus run"};
}

}  // namespace

SystemBus::~SystemBus() {
    if (bus_ == nullptr) return;
    units_.clear();
    matches_.clear();
    subscription_ = {};
    notifier_.detach(fd_);
    library_->close_unref(bus_);
}

Result<void> SystemBus::probe() {
    if (bus_ == nullptr) return connect();
    return {};
}

Result<void> SystemBus::connect() {
    if (!library_) {
        SLOTH_TRY(library_, SdBus::load());
    }
    if (const int done = library_->open_system(&bus_); done < 0) {
        bus_ = nullptr;
        return fail_with(no_bus(-done));
    }
    fd_ = library_->get_fd(bus_);
    matches_.push_back(
        match(fmt::format("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
                          "arg0='{}'",
                          kSystemd),
              took_owner, this));
    for (const std::string_view member : {"Reloading", "UnitFilesChanged"}) {
        matches_.push_back(match(fmt::format("type='signal',sender='{}',path='{}',member='{}'",
                                             kSystemd, kManagerPath, member),
                                 took_reload, this));
    }
    subscribe();
    for (auto& [_, unit] : units_) ask_for_path(*unit);
    update_events();
    return {};
}

void SystemBus::disconnect(const Error& why) {
    matches_.clear();
    subscription_ = {};
    for (auto& [_, unit] : units_) {
        unit->changes = {};
        unit->calls.clear();
        unit->path.clear();
    }
    notifier_.detach(fd_);
    library_->close_unref(std::exchange(bus_, nullptr));
    for (auto& [_, unit] : units_) fail_unit(*unit, why);
}

void SystemBus::add(uint64_t owner, const std::string& unit, Listener& listener) {
    auto& slot = units_[owner];
    slot = std::make_unique<Unit>(*this, owner, unit, listener);
    if (bus_ != nullptr) {
        ask_for_path(*slot);
        update_events();
    } else if (const auto connected = connect(); !connected) {
        listener.bus_lost(connected.error());
    }
}

void SystemBus::remove(uint64_t owner) {
    units_.erase(owner);
    if (units_.empty() && bus_ != nullptr) disconnect({});
}

void SystemBus::refresh(uint64_t owner) {
    const auto it = units_.find(owner);
    if (it == units_.end()) return;
    Unit& unit = *it->second;
    if (bus_ == nullptr) {
        if (const auto connected = connect(); !connected) unit.listener.bus_lost(connected.error());
    } else if (unit.calls.empty()) {
        ask_for_path(unit);
        update_events();
    } else if (++unit.unanswered >= 2) {
        unit.listener.bus_lost({Code::timed_out, "systemd does not answer on the system bus", {}});
    }
}

// Everything that has come and everything that wants to go, without waiting.
void SystemBus::read(std::vector<Notice>& notices) {
    int done = 0;
    while (bus_ != nullptr && (done = library_->process(bus_, nullptr)) > 0) {
    }
    if (done < 0) {
        disconnect(no_bus(-done));
    } else if (bus_ != nullptr) {
        update_events();
    }
    for (Notice& notice : std::exchange(told_, {})) notices.push_back(std::move(notice));
}

void SystemBus::update_events() {
    const int events = library_->get_events(bus_);
    (void)notifier_.attach(fd_, short(events > 0 ? events : POLLIN), *this);
}

BusSlot SystemBus::match(const std::string& rule, sd_bus_message_handler_t take, void* data) {
    sd_bus_slot* slot = nullptr;
    if (library_->add_match_async(bus_, &slot, rule.c_str(), take, nullptr, data) < 0) return {};
    return {*library_, slot};
}

// systemd tells nobody of its units who has not subscribed; after it was executed anew it has to be
// asked again.
void SystemBus::subscribe() {
    const auto ignore = [](sd_bus_message*, void*, sd_bus_error*) { return 0; };
    sd_bus_slot* slot = nullptr;
    if (library_->call_method_async(bus_, &slot, kSystemd, kManagerPath, kManager, "Subscribe",
                                    ignore, nullptr, nullptr) >= 0) {
        subscription_ = {*library_, slot};
    }
}

int SystemBus::took_owner(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& self = *static_cast<SystemBus*>(data);
    const char* name = nullptr;
    const char* before = nullptr;
    const char* after = nullptr;
    if (self.library_->message_read(message, "sss", &name, &before, &after) < 0) return 0;
    if (*after != '\0') {
        self.subscribe();
        for (auto& [_, unit] : self.units_) self.ask_for_path(*unit);
    } else {
        for (auto& [_, unit] : self.units_) {
            self.fail_unit(*unit, {Code::failed, "systemd has left the system bus", {}});
        }
    }
    return 0;
}

int SystemBus::took_reload(sd_bus_message*, void* data, sd_bus_error*) {
    auto& self = *static_cast<SystemBus*>(data);
    for (auto& [_, unit] : self.units_) self.ask_for_path(*unit);
    return 0;
}

}  // namespace sloth
