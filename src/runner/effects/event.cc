// event.dispatch puts an event behind the one that the hook runs on; event.flush commits what the
// attempt has changed so far.
#include "domain/event.h"

#include "base/json.h"
#include "runner/effects/effect.h"
#include "runner/rights.h"

namespace sloth {
namespace {

std::string refusal(std::string_view why) { return dump_json(Json::array({false, why})); }

}  // namespace

Event child_of(const RunRequest& request, EffectWorld& world) {
    const Event& parent = *request.event;
    Event child;
    child.source = "hook:" + request.hook->name;
    child.timestamp = child.created_at = world.loop.clock().wall();
    child.root_id = parent.root_id.empty() ? parent.id : parent.root_id;
    child.parent_id = parent.id;
    child.depth = parent.depth + 1;
    child.hook_generation = world.options.generation();
    return child;
}

Reply handle_event_dispatch(EffectCall& call, EffectWorld& world) {
    if (call.args.empty() || !call.args[0].is_string()) {
        return answer_raise("event.dispatch needs an event type, a string");
    }
    if (auto ok = Rights(*call.request.hook).may_dispatch(); !ok)
        return answer_raise("event.dispatch: " + ok.error().message);
    const Event& parent = *call.request.event;
    Event child = child_of(call.request, world);
    if (child.depth > kMaxDepth) {
        return answer_now(refusal(
            fmt::format("event.dispatch: this hook's event is {} dispatches away from the first one"
                        " ({}), and a chain ends there: is a hook waking itself?",
                        parent.depth, child.root_id)));
    }
    child.type = call.args[0].get<std::string>();
    // An empty Lua table is an array to JSON.
    const bool has_data = call.args.size() > 1 && !call.args[1].is_null() &&
                          !(call.args[1].is_array() && call.args[1].empty());
    if (has_data) child.data = call.delivery.redact(dump_json(call.args[1]));
    if (const Result<void> ok = validate(child); !ok) {
        std::string why = "event.dispatch: " + ok.error().message;
        if (!ok.error().hint.empty()) why += "; " + ok.error().hint;
        return answer_now(refusal(why));
    }
    if (child.stack.empty()) child.stack = parent.stack;
    child.id = world.ids.next(child.created_at);

    Reply reply = answer_now(dump_json(Json::array({true, child.id})));
    InternalEffect effect;
    effect.kind = InternalEffect::Kind::dispatch;
    effect.key = to_effect_key(call.key);
    effect.event = std::move(child);
    reply.changes.push_back(std::move(effect));
    return reply;
}

Reply handle_event_flush(EffectCall&, EffectWorld&) {
    Reply reply = answer_now("[true]");
    reply.flush = true;
    return reply;
}

}  // namespace sloth
