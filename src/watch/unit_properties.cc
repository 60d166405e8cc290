#include "watch/unit_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace sloth {
namespace {

using Message = sd_bus_message*;

template <auto member>
bool read_text(const SdBus& bus, Message message, UnitState& state) {
    const char* text = nullptr;
    if (bus.message_read(message, "v", "s", &text) < 0) return false;
    state.*member = text;
    return true;
}

template <auto member>
bool read_unsigned(const SdBus& bus, Message message, UnitState& state) {
    return bus.message_read(message, "v", "u", &(state.*member)) >= 0;
}

template <auto member>
bool read_signed(const SdBus& bus, Message message, UnitState& state) {
    return bus.message_read(message, "v", "i", &(state.*member)) >= 0;
}

bool read_drop_ins(const SdBus& bus, Message message, UnitState& state) {
    if (bus.message_enter_container(message, SD_BUS_TYPE_VARIANT, "as") < 0) return false;
    char** words = nullptr;
    if (bus.message_read_strv(message, &words) < 0) return false;
    state.drop_ins.clear();
    for (char** word = words; word != nullptr && *word != nullptr; ++word) {
        state.drop_ins.emplace_back(*word);
        ::free(*word);
    }
    ::free(static_cast<void*>(words));
    return bus.message_exit_container(message) >= 0;
}

bool read_invocation(const SdBus& bus, Message message, UnitState& state) {
    if (bus.message_enter_container(message, SD_BUS_TYPE_VARIANT, "ay") < 0) return false;
    const void* bytes = nullptr;
    size_t size = 0;
    if (bus.message_read_array(message, 'y', &bytes, &size) < 0) return false;
    state.invocation.clear();
    for (size_t i = 0; i < size; ++i) {
        state.invocation += fmt::format("{:02x}", static_cast<const unsigned char*>(bytes)[i]);
    }
    return bus.message_exit_container(message) >= 0;
}

struct Property {
    std::string_view name;
    bool (*read)(const SdBus&, Message, UnitState&);
};

using U = UnitState;

constexpr auto kProperties = std::to_array<Property>({
    {"ActiveState", read_text<&U::active>},
    {"DropInPaths", read_drop_ins},
    {"ExecMainCode", read_signed<&U::exit_code>},
    {"ExecMainStatus", read_signed<&U::exit_status>},
    {"FragmentPath", read_text<&U::fragment>},
    {"InvocationID", read_invocation},
    {"LoadState", read_text<&U::load>},
    {"MainPID", read_unsigned<&U::main_pid>},
    {"NRestarts", read_unsigned<&U::restarts>},
    {"Result", read_text<&U::result>},
    {"SubState", read_text<&U::sub>},
    {"UnitFileState", read_text<&U::file_state>},
});
static_assert(std::ranges::is_sorted(kProperties, {}, &Property::name));

}  // namespace

bool read_unit_properties(const SdBus& bus, sd_bus_message* message, UnitState& state) {
    if (bus.message_enter_container(message, SD_BUS_TYPE_ARRAY, "{sv}") < 0) return false;
    while (bus.message_enter_container(message, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
        const char* name = nullptr;
        if (bus.message_read(message, "s", &name) < 0) return false;
        const auto it =
            std::ranges::lower_bound(kProperties, std::string_view(name), {}, &Property::name);
        const bool known = it != kProperties.end() && it->name == name;
        const bool good =
            known ? it->read(bus, message, state) : bus.message_skip(message, "v") >= 0;
        if (!good || bus.message_exit_container(message) < 0) return false;
    }
    return bus.message_exit_container(message) >= 0;
}

}  // namespace sloth
