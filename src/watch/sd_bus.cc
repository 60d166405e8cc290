#include "watch/sd_bus.h"

namespace sloth {

Result<std::unique_ptr<SdBus>> SdBus::load() {
    SLOTH_TRY(SharedLibrary library, SharedLibrary::open("libsystemd.so.0", "libsystemd0"));
    std::unique_ptr<SdBus> bus(new SdBus(std::move(library)));
    const SharedLibrary& from = bus->library_;
    const auto find = [&](const char* name, auto& function) -> Result<void> {
        std::remove_pointer_t<std::remove_reference_t<decltype(function)>>* found = nullptr;
        SLOTH_TRY_VOID(from.find(name, found));
        function = found;
        return {};
    };
    SLOTH_TRY_VOID(find("sd_bus_open_system", bus->open_system));
    SLOTH_TRY_VOID(find("sd_bus_close_unref", bus->close_unref));
    SLOTH_TRY_VOID(find("sd_bus_get_fd", bus->get_fd));
    SLOTH_TRY_VOID(find("sd_bus_get_events", bus->get_events));
    SLOTH_TRY_VOID(find("sd_bus_process", bus->process));
    SLOTH_TRY_VOID(find("sd_bus_call_method_async", bus->call_method_async));
    SLOTH_TRY_VOID(find("sd_bus_add_match_async", bus->add_match_async));
    SLOTH_TRY_VOID(find("sd_bus_slot_unref", bus->slot_unref));
    SLOTH_TRY_VOID(find("sd_bus_message_get_error", bus->message_get_error));
    SLOTH_TRY_VOID(find("sd_bus_message_read", bus->message_read));
    SLOTH_TRY_VOID(find("sd_bus_message_read_array", bus->message_read_array));
    SLOTH_TRY_VOID(find("sd_bus_message_read_strv", bus->message_read_strv));
    SLOTH_TRY_VOID(find("sd_bus_message_enter_container", bus->message_enter_container));
    SLOTH_TRY_VOID(find("sd_bus_message_exit_container", bus->message_exit_container));
    SLOTH_TRY_VOID(find("sd_bus_message_skip", bus->message_skip));
    return bus;
}

}  // namespace sloth
