// What a hook can ask of the world: one handler per EffectKind, one file each, one table. A handler
// answers at once, asks for a change to be buffered, or starts something outside; recalling
// recorded answers, buffering and flushing are the broker's. Runner's thread only.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "ports/hook_runner.h"
#include "ports/secret_store.h"
#include "ports/state_store.h"
#include "ports/watcher_control.h"
#include "runner/delivery.h"
#include "runner/loop.h"
#include "runner/runner_options.h"
#include "runner/work_pool.h"
#include "runner/worker_source.h"

namespace sloth {

using Json = nlohmann::ordered_json;

class HttpClient;

// What handlers may use.
struct EffectWorld {
    Loop& loop;
    WorkPool& pool;
    WorkerSource& workers;
    HttpClient& http;
    StateStore& state;
    SecretStore& secrets;
    WatcherControl& watchers;
    UuidGenerator& ids;
    const RunnerOptions& options;
};

struct EffectCall {
    const RunRequest& request;
    const std::string& delivery_id;
    CallKey key;
    const Json& args;  // an array; strings carry any bytes (base/byte_text.h)
    Delivery& delivery;
    Finished finished;     // for what is started outside
    bool dry_run = false;  // nothing may leave the system, and a flush does not happen
};

struct Reply {
    std::optional<Answer> answer;
    std::vector<InternalEffect> changes;  // buffered before the answer is given
    bool flush = false;  // commit now; without `answer` the store's own one is given
    bool remember = false;
    bool dry = false;                  // `answer` is of what would have been done
    std::shared_ptr<Ongoing> ongoing;  // the answer comes by `finished`
};

struct EffectHandler {
    EffectKind kind;
    std::string_view name;
    bool outside;  // changes so far are committed before it starts
    Reply (*handle)(EffectCall& call, EffectWorld& world);
    bool logged = true;  // what it answers when it has ended is given again to a later attempt
    bool shown = true;   // its arguments, where the effects of a run are listed
};

std::span<const EffectHandler> effect_handlers();
const EffectHandler* find_effect_handler(uint8_t kind);

// The hash of the operation and its arguments; `text` is the canonical form of `args`.
uint64_t call_fingerprint(const EffectHandler& handler, std::string_view text, const Json& args);

// An event that the run causes: everything but its type, its data and its id.
Event child_of(const RunRequest& request, EffectWorld& world);

Reply answer_now(std::string values);  // a JSON array
Reply answer_raise(std::string message);
// For a dry run: what the script would usually get.
Reply answer_dry(std::string values);

Reply handle_env_all(EffectCall& call, EffectWorld& world);
Reply handle_env_get(EffectCall& call, EffectWorld& world);
Reply handle_http_all(EffectCall& call, EffectWorld& world);
Reply handle_http_request(EffectCall& call, EffectWorld& world);
Reply handle_secret_get(EffectCall& call, EffectWorld& world);
Reply handle_state_clear(EffectCall& call, EffectWorld& world);
Reply handle_state_compare_and_set(EffectCall& call, EffectWorld& world);
Reply handle_sleep(EffectCall& call, EffectWorld& world);
Reply handle_exec_run(EffectCall& call, EffectWorld& world);
Reply handle_state_get(EffectCall& call, EffectWorld& world);
Reply handle_state_set(EffectCall& call, EffectWorld& world);
Reply handle_state_delete(EffectCall& call, EffectWorld& world);
Reply handle_state_exists(EffectCall& call, EffectWorld& world);
Reply handle_state_keys(EffectCall& call, EffectWorld& world);
Reply handle_state_increment(EffectCall& call, EffectWorld& world);
Reply handle_event_dispatch(EffectCall& call, EffectWorld& world);
Reply handle_event_flush(EffectCall& call, EffectWorld& world);
Reply handle_file_read(EffectCall& call, EffectWorld& world);
Reply handle_file_write(EffectCall& call, EffectWorld& world);
Reply handle_file_append(EffectCall& call, EffectWorld& world);
Reply handle_file_mkdir(EffectCall& call, EffectWorld& world);
Reply handle_file_rm(EffectCall& call, EffectWorld& world);
Reply handle_file_rmr(EffectCall& call, EffectWorld& world);
Reply handle_file_copy(EffectCall& call, EffectWorld& world);
Reply handle_file_move(EffectCall& call, EffectWorld& world);
Reply handle_file_exists(EffectCall& call, EffectWorld& world);
Reply handle_file_ls(EffectCall& call, EffectWorld& world);
Reply handle_file_glob(EffectCall& call, EffectWorld& world);
Reply handle_file_size(EffectCall& call, EffectWorld& world);
Reply handle_file_tmpname(EffectCall& call, EffectWorld& world);
Reply handle_file_stat(EffectCall& call, EffectWorld& world);
Reply handle_file_put(EffectCall& call, EffectWorld& world);
Reply handle_file_place(EffectCall& call, EffectWorld& world);
Reply handle_file_line(EffectCall& call, EffectWorld& world);
Reply handle_file_block(EffectCall& call, EffectWorld& world);
Reply handle_file_replace(EffectCall& call, EffectWorld& world);
Reply handle_file_unarchive(EffectCall& call, EffectWorld& world);
Reply handle_time_zone(EffectCall& call, EffectWorld& world);
Reply handle_password_hash(EffectCall& call, EffectWorld& world);
Reply handle_password_check(EffectCall& call, EffectWorld& world);
Reply handle_watcher_register(EffectCall& call, EffectWorld& world);
Reply handle_watcher_remove(EffectCall& call, EffectWorld& world);

}  // namespace sloth
