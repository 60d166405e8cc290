// The half of SystemBus that is about one unit: its path, its properties, its signals.
#include "watch/system_bus.h"
#include "watch/unit_properties.h"

namespace sloth {
namespace {

constexpr const char* kSystemd = "org.freedesktop.systemd1";
constexpr const char* kManagerPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
constexpr const char* kService = "org.freedesktop.systemd1.Service";

bool is_service(std::string_view name) { return name.ends_with(".service"); }

}  // namespace

// Loads it, if need be: a unit that is not in systemd's memory has no path and no signals.
void SystemBus::ask_for_path(Unit& unit) {
    sd_bus_slot* slot = nullptr;
    const int done =
        library_->call_method_async(bus_, &slot, kSystemd, kManagerPath, kManager, "LoadUnit",
                                    took_path, &unit, "s", unit.name.c_str());
    unit.calls.clear();
    if (done >= 0) unit.calls.emplace_back(*library_, slot);
}

std::optional<Error> SystemBus::error_of(sd_bus_message* message, const Unit& unit) const {
    const sd_bus_error* error = library_->message_get_error(message);
    if (error == nullptr) return {};
    const std::string_view name = error->name;
    if (name.ends_with(".ServiceUnknown") || name.ends_with(".NameHasNoOwner")) {
        return Error{Code::failed, "no systemd answers on the system bus",
                     "services can be watched where systemd runs"};
    }
    return Error{Code::failed,
                 fmt::format("ask systemd about '{}': {}", unit.name,
                             error->message != nullptr ? error->message : error->name),
                 {}};
}

int SystemBus::took_path(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& unit = *static_cast<Unit*>(data);
    SystemBus& self = unit.bus;
    unit.unanswered = 0;
    const char* path = nullptr;
    if (const auto error = self.error_of(message, unit)) {
        unit.calls.clear();
        self.fail_unit(unit, *error);
    } else if (self.library_->message_read(message, "o", &path) >= 0) {
        if (unit.path != path) {
            unit.path = path;
            unit.changes =
                self.match(fmt::format("type='signal',sender='{}',path='{}',interface='{}',"
                                       "member='PropertiesChanged'",
                                       kSystemd, path, kProperties),
                           took_change, &unit);
        }
        self.ask_for_all(unit);
    }
    return 0;
}

// Its own properties first, then those of all units: with these the state is whole.
void SystemBus::ask_for_all(Unit& unit) {
    unit.calls.clear();
    for (const auto& [interface, take] :
         {std::pair(kService, &took_own), std::pair(kUnit, &took_all)}) {
        if (interface == kService && !is_service(unit.name)) continue;
        sd_bus_slot* slot = nullptr;
        if (library_->call_method_async(bus_, &slot, kSystemd, unit.path.c_str(), kProperties,
                                        "GetAll", take, &unit, "s", interface) >= 0) {
            unit.calls.emplace_back(*library_, slot);
        }
    }
}

int SystemBus::took_own(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& unit = *static_cast<Unit*>(data);
    SystemBus& self = unit.bus;
    if (!self.error_of(message, unit)) {
        read_unit_properties(*self.library_, message, unit.state);
    }
    return 0;
}

int SystemBus::took_all(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& unit = *static_cast<Unit*>(data);
    SystemBus& self = unit.bus;
    unit.calls.clear();
    if (const auto error = self.error_of(message, unit)) {
        self.fail_unit(unit, *error);
    } else if (read_unit_properties(*self.library_, message, unit.state)) {
        unit.listener.unit_state(unit.state);
        self.told_.push_back({unit.owner, -1, Notice::Kind::ready, {}});
    }
    return 0;
}

// systemd sends a change of the service's own properties before that of the unit's: with the second
// it is whole.
int SystemBus::took_change(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& unit = *static_cast<Unit*>(data);
    SystemBus& self = unit.bus;
    const char* interface = nullptr;
    if (self.library_->message_read(message, "s", &interface) < 0) return 0;
    if (!read_unit_properties(*self.library_, message, unit.state)) return 0;
    if (std::string_view(interface) == kUnit && !unit.state.active.empty()) {
        unit.listener.unit_state(unit.state);
        self.told_.push_back({unit.owner, -1, Notice::Kind::ready, {}});
    }
    return 0;
}

void SystemBus::fail_unit(Unit& unit, const Error& why) {
    unit.listener.bus_lost(why);
    told_.push_back({unit.owner, -1, Notice::Kind::ready, {}});
}

}  // namespace sloth
