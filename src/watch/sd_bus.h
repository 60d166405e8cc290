// The functions of libsystemd that are used, loaded when the first service is watched: it is on
// every machine that has services to watch, and needed by nobody else. One thread.
#pragma once

#include <systemd/sd-bus.h>

#include <memory>
#include <utility>

#include "base/shared_library.h"

namespace sloth {

struct SdBus {
    static Result<std::unique_ptr<SdBus>> load();

    decltype(&sd_bus_open_system) open_system = nullptr;
    decltype(&sd_bus_close_unref) close_unref = nullptr;
    decltype(&sd_bus_get_fd) get_fd = nullptr;
    decltype(&sd_bus_get_events) get_events = nullptr;
    decltype(&sd_bus_process) process = nullptr;
    decltype(&sd_bus_call_method_async) call_method_async = nullptr;
    decltype(&sd_bus_add_match_async) add_match_async = nullptr;
    decltype(&sd_bus_slot_unref) slot_unref = nullptr;
    decltype(&sd_bus_message_get_error) message_get_error = nullptr;
    decltype(&sd_bus_message_read) message_read = nullptr;
    decltype(&sd_bus_message_read_array) message_read_array = nullptr;
    decltype(&sd_bus_message_read_strv) message_read_strv = nullptr;
    decltype(&sd_bus_message_enter_container) message_enter_container = nullptr;
    decltype(&sd_bus_message_exit_container) message_exit_container = nullptr;
    decltype(&sd_bus_message_skip) message_skip = nullptr;

 private:
    explicit SdBus(SharedLibrary library) : library_(std::move(library)) {}

    SharedLibrary library_;
};

// A match or a call that is under way; nothing is called back any more when it is gone.
class BusSlot {
 public:
    BusSlot() = default;
    BusSlot(const SdBus& library, sd_bus_slot* slot) : library_(&library), slot_(slot) {}
    BusSlot(BusSlot&& other) noexcept
        : library_(other.library_), slot_(std::exchange(other.slot_, nullptr)) {}
    BusSlot& operator=(BusSlot&& other) noexcept {
        std::swap(library_, other.library_);
        std::swap(slot_, other.slot_);
        return *this;
    }
    ~BusSlot() {
        if (slot_ != nullptr) library_->slot_unref(slot_);
    }

 private:
    const SdBus* library_ = nullptr;
    sd_bus_slot* slot_ = nullptr;
};

}  // namespace sloth
