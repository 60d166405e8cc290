// The state of stacks, as hooks keep it, for an operator.
#include <future>

#include "base/json.h"
#include "server/grpc/admin_service.h"
#include "wire/status.h"

namespace sloth {
namespace {

std::unexpected<Error> unknown(const std::string& key) {
    return fail_with({Code::not_found, fmt::format("no state has the key '{}'", key),
                      "`sloth-runner state list` shows the keys"});
}

void fill(v1::StateEntry* out, const std::string& stack, const std::string& key,
          std::string value) {
    out->set_stack(stack);
    out->set_key(key);
    out->set_value(std::move(value));
}

}  // namespace

Result<void> AdminService::change_state(InternalEffect effect) {
    EffectBatch batch;
    batch.delivery_id = "operator";
    batch.journal = false;
    batch.effects.push_back(std::move(effect));
    std::promise<Result<void>> done;
    parts_.events.flush(std::move(batch), [&done](Result<std::vector<std::string>> flushed) {
        done.set_value(flushed ? Result<void>{} : std::unexpected(std::move(flushed).error()));
    });
    return done.get_future().get();
}

grpc::Status AdminService::GetState(Context*, const v1::StateRef* request, v1::StateEntry* out) {
    auto value = parts_.state.get(request->stack(), request->key());
    if (value && !*value) value = unknown(request->key());
    if (!value) return wire::to_status(value.error());
    fill(out, request->stack(), request->key(), std::move(**value));
    return grpc::Status::OK;
}

grpc::Status AdminService::ListState(Context*, const v1::StateRef* request, v1::StateList* out) {
    auto rows = parts_.state.scan(request->stack(), request->key());
    if (!rows) return wire::to_status(rows.error());
    for (auto& [key, value] : *rows)
        fill(out->add_entries(), request->stack(), key, std::move(value));
    return grpc::Status::OK;
}

grpc::Status AdminService::SetState(Context*, const v1::SetStateRequest* request,
                                    v1::StateEntry* out) {
    const auto value = parse_json(request->value());
    if (!value) return wire::to_status(value.error());
    InternalEffect effect;
    effect.kind = InternalEffect::Kind::state_set;
    effect.stack = request->stack();
    effect.state_key = request->key();
    effect.value = dump_json(*value);
    if (request->ttl_us() > 0) effect.expires_at = parts_.clock.wall() + Micros(request->ttl_us());
    fill(out, request->stack(), request->key(), effect.value);
    if (auto ok = change_state(std::move(effect)); !ok) return wire::to_status(ok.error());
    return grpc::Status::OK;
}

grpc::Status AdminService::DeleteState(Context*, const v1::StateRef* request, v1::StateEntry* out) {
    auto value = parts_.state.get(request->stack(), request->key());
    if (value && !*value) value = unknown(request->key());
    if (!value) return wire::to_status(value.error());
    InternalEffect effect;
    effect.kind = InternalEffect::Kind::state_delete;
    effect.stack = request->stack();
    effect.state_key = request->key();
    if (auto ok = change_state(std::move(effect)); !ok) return wire::to_status(ok.error());
    fill(out, request->stack(), request->key(), std::move(**value));
    return grpc::Status::OK;
}

}  // namespace sloth
