// state: the key-value store of the hook's stack. Changes are buffered and seen by the attempt that
// made them; increment commits at once, since its answer depends on what others did.
#include <cmath>

#include "base/json.h"
#include "domain/state_number.h"
#include "runner/effects/effect.h"

namespace sloth {
namespace {

constexpr size_t kMaxKeyBytes = 1024;
constexpr size_t kMaxValueBytes = 1 << 20;
constexpr size_t kMaxKeysBytes = 16 << 20;  // of the answer to state.keys

// The key, or why it is none.
Result<std::string> key_of(const EffectCall& call, std::string_view function) {
    if (call.args.empty() || !call.args[0].is_string()) {
        return fail(Code::invalid, "{} needs a key, a string", function);
    }
    auto key = call.args[0].get<std::string>();
    if (key.empty() || key.size() > kMaxKeyBytes) {
        return fail(Code::invalid, "{}: a key has 1 to {} bytes, not {}", function, kMaxKeyBytes,
                    key.size());
    }
    return key;
}

InternalEffect change(const EffectCall& call, InternalEffect::Kind kind, std::string key) {
    InternalEffect effect;
    effect.kind = kind;
    effect.key = to_effect_key(call.key);
    effect.stack = call.request.hook->stack;
    effect.state_key = std::move(key);
    return effect;
}

// As this attempt sees it.
Result<std::optional<std::string>> read(EffectCall& call, EffectWorld& world,
                                        const std::string& key) {
    if (const auto* own = call.delivery.written(key)) return *own;
    return world.state.get(call.request.hook->stack, key);
}

// What is under the prefix in the first argument, as this attempt sees it.
Result<std::map<std::string, std::string>> visible(EffectCall& call, EffectWorld& world) {
    const std::string prefix = !call.args.empty() && call.args[0].is_string()
                                   ? call.args[0].get<std::string>()
                                   : std::string();
    SLOTH_TRY(auto rows, world.state.scan(call.request.hook->stack, prefix));
    std::map<std::string, std::string> seen(std::make_move_iterator(rows.begin()),
                                            std::make_move_iterator(rows.end()));
    for (const auto& [key, value] : call.delivery.overlay()) {
        if (!key.starts_with(prefix)) continue;
        if (value) {
            seen[key] = *value;
        } else {
            seen.erase(key);
        }
    }
    return seen;
}

// The time to live in the options, if there is one.
Result<std::optional<WallTime>> expiry(const Json& options, EffectWorld& world,
                                       std::string_view function) {
    constexpr double kMaxSeconds = 100.0 * 366 * 24 * 3600;
    const auto ttl = options.is_object() ? options.find("ttl") : options.end();
    if (!options.is_object() || ttl == options.end()) return std::optional<WallTime>();
    if (!ttl->is_number() || !(ttl->get<double>() > 0))
        return fail(Code::invalid, "{}: ttl must be a number of seconds over 0", function);
    const double seconds = std::min(ttl->get<double>(), kMaxSeconds);
    return std::optional(world.loop.clock().wall() + Micros(std::llround(seconds * 1e6)));
}

// A change that puts the value at args[at]; options may follow.
Result<InternalEffect> write_of(EffectCall& call, EffectWorld& world, std::string_view function,
                                InternalEffect::Kind kind, size_t at) {
    SLOTH_TRY(std::string key, key_of(call, function));
    if (call.args.size() <= at) return fail(Code::invalid, "{} needs a key and a value", function);
    std::string value = dump_json(call.args[at]);
    if (value.size() > kMaxValueBytes) {
        return fail(Code::invalid, "{}: the value of '{}' is {} bytes, the limit is {}", function,
                    key, value.size(), kMaxValueBytes);
    }
    InternalEffect effect = change(call, kind, std::move(key));
    effect.value = std::move(value);
    if (call.args.size() > at + 1) {
        SLOTH_TRY(effect.expires_at, expiry(call.args[at + 1], world, function));
    }
    return effect;
}

// Seen by the rest of the dry run, and gone with it.
Reply set_dry(InternalEffect effect, std::string values) {
    effect.kind = InternalEffect::Kind::state_set;
    Reply reply = answer_dry(std::move(values));
    reply.changes.push_back(std::move(effect));
    return reply;
}

Reply read_answer(std::string values) {
    Reply reply = answer_now(std::move(values));
    reply.remember = true;
    return reply;
}

}  // namespace

Reply handle_state_get(EffectCall& call, EffectWorld& world) {
    const auto key = key_of(call, "state.get");
    if (!key) return answer_raise(key.error().message);
    const auto value = read(call, world, *key);
    if (!value) return answer_raise("state.get: " + value.error().message);
    return read_answer(*value ? "[" + **value + "]" : "[null]");
}

Reply handle_state_exists(EffectCall& call, EffectWorld& world) {
    const auto key = key_of(call, "state.exists");
    if (!key) return answer_raise(key.error().message);
    const auto value = read(call, world, *key);
    if (!value) return answer_raise("state.exists: " + value.error().message);
    return read_answer(*value ? "[true]" : "[false]");
}

Reply handle_state_keys(EffectCall& call, EffectWorld& world) {
    const auto seen = visible(call, world);
    if (!seen) return answer_raise("state.keys: " + seen.error().message);
    std::string out = "[{";
    for (const auto& [key, value] : *seen) {
        if (out.size() > 2) out += ',';
        out += dump_json(Json(key)) + ":" + value;
        if (out.size() > kMaxKeysBytes) {
            return answer_raise(
                fmt::format("state.keys: more than {} MiB under this prefix; use a longer one",
                            kMaxKeysBytes >> 20));
        }
    }
    return read_answer(out + "}]");
}

Reply handle_state_set(EffectCall& call, EffectWorld& world) {
    auto effect = write_of(call, world, "state.set", InternalEffect::Kind::state_set, 1);
    if (!effect) return answer_raise(effect.error().message);
    Reply reply = answer_now("[true]");
    reply.changes.push_back(std::move(*effect));
    return reply;
}

Reply handle_state_compare_and_set(EffectCall& call, EffectWorld& world) {
    auto effect =
        write_of(call, world, "state.compare_and_set", InternalEffect::Kind::state_compare, 2);
    if (!effect) return answer_raise(effect.error().message);
    if (!call.args[1].is_null()) effect->expected = dump_json(call.args[1]);
    if (call.dry_run) {
        const auto now = read(call, world, effect->state_key);
        if (!now) return answer_raise("state.compare_and_set: " + now.error().message);
        if (*now != effect->expected) return answer_dry("[false]");
        return set_dry(std::move(*effect), "[true]");
    }
    Reply reply;
    reply.flush = true;
    reply.changes.push_back(std::move(*effect));
    return reply;
}

Reply handle_state_clear(EffectCall& call, EffectWorld& world) {
    auto seen = visible(call, world);
    if (!seen) return answer_raise("state.clear: " + seen.error().message);
    Reply reply = answer_now(fmt::format("[{}]", seen->size()));
    for (auto& [key, value] : *seen) {
        // One call, many changes: each has a key of its own in the journal.
        InternalEffect erase = change(call, InternalEffect::Kind::state_delete, key);
        erase.key = to_effect_key({stable_hash(key, call.key.fingerprint), call.key.occurrence});
        reply.changes.push_back(std::move(erase));
    }
    return reply;
}

Reply handle_state_delete(EffectCall& call, EffectWorld& world) {
    auto key = key_of(call, "state.delete");
    if (!key) return answer_raise(key.error().message);
    const auto value = read(call, world, *key);
    if (!value) return answer_raise("state.delete: " + value.error().message);
    Reply reply = answer_now(*value ? "[true]" : "[false]");
    reply.changes.push_back(change(call, InternalEffect::Kind::state_delete, std::move(*key)));
    return reply;
}

Reply handle_state_increment(EffectCall& call, EffectWorld& world) {
    auto key = key_of(call, "state.increment");
    if (!key) return answer_raise(key.error().message);
    if (call.args.size() > 1 && !call.args[1].is_number()) {
        return answer_raise("state.increment: the amount must be a number");
    }
    const std::string amount = call.args.size() > 1 ? dump_json(call.args[1]) : "1";
    if (call.dry_run) {
        const auto now = read(call, world, *key);
        if (!now) return answer_raise("state.increment: " + now.error().message);
        auto sum = add_json_numbers(now->value_or("0"), amount);
        if (!sum) return answer_raise("state.increment: " + sum.error().message);
        InternalEffect effect = change(call, InternalEffect::Kind::state_set, std::move(*key));
        effect.value = *sum;
        return set_dry(std::move(effect), "[" + *sum + "]");
    }
    Reply reply;
    reply.flush = true;
    reply.changes.push_back(change(call, InternalEffect::Kind::state_increment, std::move(*key)));
    reply.changes.back().value = amount;
    return reply;
}

}  // namespace sloth
