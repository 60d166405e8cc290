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
    EffectHandler{EffectKind::state_compare_and_set, "state.compare_and_set", false,
                  handle_state_compare_and_set},
    EffectHandler{EffectKind::state_clear, "state.clear", false, handle_state_clear},
    EffectHandler{EffectKind::secret_get, "secret.get", false, handle_secret_get},
    EffectHandler{EffectKind::env_get, "env.get", false, handle_env_get},
    EffectHandler{EffectKind::env_all, "env.all", false, handle_env_all},
    EffectHandler{EffectKind::http_request, "http.request", true, handle_http_request},
    EffectHandler{EffectKind::time_zone, "time zone", false, handle_time_zone, false},
    EffectHandler{EffectKind::password_hash, "password hash", false, handle_password_hash, false,
                  false},
    EffectHandler{EffectKind::password_check, "password check", false, handle_password_check, false,
                  false},
    EffectHandler{EffectKind::watcher_register, "watcher.register", true, handle_watcher_register},
    EffectHandler{EffectKind::watcher_remove, "watcher.remove", true, handle_watcher_remove},
    EffectHandler{EffectKind::http_all, "http.all", true, handle_http_all},
    EffectHandler{EffectKind::file_read, "file.read", false, handle_file_read},
    EffectHandler{EffectKind::file_write, "file.write", true, handle_file_write},
    EffectHandler{EffectKind::file_append, "file.append", true, handle_file_append},
    EffectHandler{EffectKind::file_mkdir, "file.mkdir", true, handle_file_mkdir},
    EffectHandler{EffectKind::file_rm, "file.rm", true, handle_file_rm},
    EffectHandler{EffectKind::file_rmr, "file.rmr", true, handle_file_rmr},
    EffectHandler{EffectKind::file_copy, "file.copy", true, handle_file_copy},
    EffectHandler{EffectKind::file_move, "file.move", true, handle_file_move},
    EffectHandler{EffectKind::file_exists, "file.exists", false, handle_file_exists},
    EffectHandler{EffectKind::file_ls, "file.ls", false, handle_file_ls},
    EffectHandler{EffectKind::file_glob, "file.glob", false, handle_file_glob},
    EffectHandler{EffectKind::file_size, "file.size", false, handle_file_size},
    EffectHandler{EffectKind::file_tmpname, "file.tmpname", true, handle_file_tmpname},
    EffectHandler{EffectKind::file_stat, "file_ops.stat", false, handle_file_stat},
    EffectHandler{EffectKind::file_put, "file_ops", true, handle_file_put},
    EffectHandler{EffectKind::file_place, "file_ops.copy", true, handle_file_place},
    EffectHandler{EffectKind::file_line, "file_ops.lineinfile", true, handle_file_line},
    EffectHandler{EffectKind::file_block, "file_ops.blockinfile", true, handle_file_block},
    EffectHandler{EffectKind::file_replace, "file_ops.replace", true, handle_file_replace},
    EffectHandler{EffectKind::file_unarchive, "file_ops.unarchive", true, handle_file_unarchive},
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

Reply answer_dry(std::string values) {
    Reply reply = answer_now(std::move(values));
    reply.dry = true;
    return reply;
}

Reply answer_raise(std::string message) {
    Reply reply;
    reply.answer = raise(std::move(message));
    return reply;
}

}  // namespace sloth
