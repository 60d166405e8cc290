// Secrets: what an operator does with them is told as events, the values never are.
#include "base/json.h"
#include "server/grpc/admin_service.h"
#include "wire/status.h"

namespace sloth {
namespace {

void to_proto(const SecretInfo& info, v1::SecretInfo* out) {
    out->set_stack(info.stack);
    out->set_name(info.name);
    out->set_created_at(to_micros(info.created_at));
    out->set_updated_at(to_micros(info.updated_at));
}

std::string event_data(std::string_view name, std::string_view stack, std::string_view role) {
    return dump_json(Json{{"secret_name", name}, {"namespace", stack}, {role, "operator"}});
}

}  // namespace

void AdminService::tell(std::string type, std::string data, const std::string& stack) {
    Event event;
    event.type = std::move(type);
    event.data = std::move(data);
    event.stack = stack;
    event.source = "master";
    static_cast<void>(parts_.intake.submit_one(std::move(event)));
}

grpc::Status AdminService::SetSecret(Context*, const v1::SetSecretRequest* request,
                                     v1::SecretReply* out) {
    const WallTime now = parts_.clock.wall();
    const auto replaced =
        parts_.secrets.set(request->stack(), request->name(), request->value(), now);
    if (!replaced) return wire::to_status(replaced.error());
    to_proto({request->stack(), request->name(), now, now}, out->mutable_secret());
    out->set_replaced(*replaced);
    tell(*replaced ? "secret.updated" : "secret.created",
         event_data(request->name(), request->stack(), *replaced ? "updated_by" : "created_by"),
         request->stack());
    return grpc::Status::OK;
}

grpc::Status AdminService::GetSecret(Context*, const v1::SecretRef* request, v1::SecretReply* out) {
    auto value = parts_.secrets.get(request->stack(), request->name());
    if (!value) return wire::to_status(value.error());
    out->mutable_secret()->set_stack(request->stack());
    out->mutable_secret()->set_name(request->name());
    out->set_value(std::move(*value));
    tell("secret.accessed", event_data(request->name(), request->stack(), "accessed_by"),
         request->stack());
    return grpc::Status::OK;
}

grpc::Status AdminService::ListSecrets(Context*, const v1::ListSecretsRequest* request,
                                       v1::SecretList* out) {
    const auto secrets =
        parts_.secrets.list(request->has_stack() ? std::optional(request->stack()) : std::nullopt);
    if (!secrets) return wire::to_status(secrets.error());
    for (const SecretInfo& info : *secrets) to_proto(info, out->add_secrets());
    return grpc::Status::OK;
}

grpc::Status AdminService::RemoveSecret(Context*, const v1::SecretRef* request,
                                        v1::SecretReply* out) {
    if (auto ok = parts_.secrets.remove(request->stack(), request->name()); !ok)
        return wire::to_status(ok.error());
    out->mutable_secret()->set_stack(request->stack());
    out->mutable_secret()->set_name(request->name());
    tell("secret.deleted", event_data(request->name(), request->stack(), "deleted_by"),
         request->stack());
    return grpc::Status::OK;
}

grpc::Status AdminService::RotateSecretKey(Context*, const v1::Empty*,
                                           v1::RotateSecretKeyReply* out) {
    const auto count = parts_.secrets.rotate_key();
    if (!count) return wire::to_status(count.error());
    out->set_count(int64_t(*count));
    return grpc::Status::OK;
}

}  // namespace sloth
