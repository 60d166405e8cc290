// secret.get: [name, {stack?}] -> the value, or nil and why not. The value of the hook's own stack,
// else the one that all stacks share. It is neither logged nor journalled: a later attempt reads it
// anew. Each read is an event, secret.accessed.
#include "base/byte_text.h"
#include "base/json.h"
#include "domain/event.h"
#include "runner/effects/effect.h"
#include "runner/rights.h"

namespace sloth {
namespace {

std::string refusal(std::string_view why) { return dump_json(Json::array({nullptr, why})); }

// The stacks to look in, in order.
Result<std::vector<std::string>> stacks_of(const EffectCall& call) {
    const std::string& own = call.request.hook->stack;
    const Json none = Json::object();
    const Json& options = call.args.size() > 1 && call.args[1].is_object() ? call.args[1] : none;
    const auto named = options.find("stack");
    if (named == options.end()) {
        return own.empty() ? std::vector<std::string>{""} : std::vector<std::string>{own, ""};
    }
    if (!named->is_string()) return fail(Code::invalid, "the option `stack` must be a string");
    auto stack = named->get<std::string>();
    if (!own.empty() && !stack.empty() && stack != own) {
        return fail(Code::refused,
                    "not permitted: a hook of the stack '{}' reads no secrets of the stack '{}'",
                    own, stack);
    }
    return std::vector<std::string>{std::move(stack)};
}

InternalEffect accessed(EffectCall& call, EffectWorld& world, const std::string& name,
                        const std::string& stack) {
    Event event = child_of(call.request, world);
    event.type = "secret.accessed";
    event.stack = call.request.event->stack;
    event.data = dump_json(Json{{"secret_name", name},
                                {"namespace", stack},
                                {"accessed_by", "hook:" + call.request.hook->name},
                                {"hook", call.request.hook->name}});
    event.id = world.ids.next(event.created_at);
    InternalEffect effect;
    effect.kind = InternalEffect::Kind::dispatch;
    // Not the call's own key: under that one a later attempt would find this answer, not the value.
    effect.key =
        to_effect_key({stable_hash("accessed", call.key.fingerprint), call.key.occurrence});
    effect.event = std::move(event);
    return effect;
}

}  // namespace

Reply handle_secret_get(EffectCall& call, EffectWorld& world) {
    if (call.args.empty() || !call.args[0].is_string())
        return answer_raise("secret.get needs a name, a string");
    const auto name = call.args[0].get<std::string>();
    if (auto ok = Rights(*call.request.hook).may_read_secret(name); !ok)
        return answer_raise("secret.get: " + ok.error().message);
    const auto stacks = stacks_of(call);
    if (!stacks) return answer_raise("secret.get: " + stacks.error().message);
    for (const std::string& stack : *stacks) {
        const auto value = world.secrets.get(stack, name);
        if (!value && value.error().code == Code::not_found) continue;
        if (!value) return answer_now(refusal("secret.get: " + value.error().message));
        // Without a blank, so that it also stands where an address is expected.
        if (call.dry_run) return answer_dry(dump_json(Json::array({"secret:" + name})));
        call.delivery.add_secret(name, *value);
        Reply reply = answer_now(dump_json(Json::array({to_byte_text(*value)})));
        // At the end of a chain there is no room for one more event; the read itself is not
        // refused.
        if (call.request.event->depth < kMaxDepth)
            reply.changes.push_back(accessed(call, world, name, stack));
        return reply;
    }
    return answer_now(refusal(fmt::format(
        "secret.get: no secret '{}'{}; set it with `sloth-runner secret set {}`", name,
        stacks->front().empty() ? ""
                                : fmt::format(" in the stack '{}' or in none", stacks->front()),
        name)));
}

}  // namespace sloth
