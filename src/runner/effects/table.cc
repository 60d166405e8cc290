#include <algorithm>
#include <array>

#include "base/json.h"
#include "runner/effects/effect.h"

namespace sloth {
namespace {

constexpr std::array kHandlers{
    EffectHandler{EffectKind::sleep, "sleep", true, handle_sleep},
    EffectHandler{EffectKind::exec_run, "exec.run", true, handle_exec_run},
    EffectHandler{EffectKind::state_get, "state.get", false, handle_state_get},
    EffectHandler{EffectKind::state_set, "state.set", false, handle_state_set},
    EffectHandler{EffectKind::state_delete, "state.delete", false, handle_state_delete},
    EffectHandler{EffectKind::state_exists, "state.exists", false, handle_state_exists},
    EffectHandler{EffectKind::state_keys, "state.keys", false, handle_state_keys},
    EffectHandler{EffectKind::state_increment, "state.increment", false, handle_state_increment},
    EffectHandler{EffectKind::event_dispatch, "event.dispatch", false, handle_event_dispatch},
    EffectHandler{EffectKind::event_flush, "event.flush", false, handle_event_flush},
    EffectHandler{EffectKind::time_zone, "time zone", false, handle_time_zone, false},
    EffectHandler{EffectKind::password_hash, "password hash", false, handle_password_hash, false},
    EffectHandler{EffectKind::password_check, "password check", false, handle_password_check,
                  false},
};
static_assert(std::ranges::is_sorted(kHandlers, {}, &EffectHandler::kind));

}  // namespace

std::span<const EffectHandler> effect_handlers() { return kHandlers; }

const EffectHandler* find_effect_handler(uint8_t kind) {
    const auto found = std::ranges::lower_bound(kHandlers, static_cast<EffectKind>(kind), {},
                                                &EffectHandler::kind);
    return found != kHandlers.end() && static_cast<uint8_t>(found->kind) == kind ? &*found
                                                                                 : nullptr;
}

uint64_t call_fingerprint(const EffectHandler& handler, std::string_view text, const Json& args) {
    const char kind = static_cast<char>(handler.kind);
    const uint64_t start = stable_hash({&kind, 1});
    if (handler.kind == EffectKind::event_dispatch && args.size() > 2 && args[2].is_object()) {
        const auto key = args[2].find("key");
        // The separator cannot begin a JSON array: a key never equals another call's arguments.
        if (key != args[2].end()) return stable_hash(dump_json(*key), stable_hash("key:", start));
    }
    return stable_hash(text, start);
}

Reply answer_now(std::string values) {
    Reply reply;
    reply.answer = Answer{AnswerKind::values, std::move(values)};
    return reply;
}

Reply answer_raise(std::string message) {
    Reply reply;
    reply.answer = raise(std::move(message));
    return reply;
}

}  // namespace sloth
