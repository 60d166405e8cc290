// watcher.register: [agent, {spec}] -> the watcher's id, or nil and why there is none.
// watcher.remove: [agent, ref] -> true, or false and why it is still there. Both wait for the
// agent's answer, which may come on any thread.
#include <algorithm>

#include "base/byte_text.h"
#include "base/json.h"
#include "domain/watcher_spec.h"
#include "runner/effects/effect.h"
#include "runner/rights.h"

namespace sloth {
namespace {

using Respond = Answer (*)(const std::string& what, const Result<std::string>& result);

class Asked final : public Ongoing {
 public:
    Asked(std::string what, Respond respond, Finished finished)
        : what_(std::move(what)), respond_(respond), finished_(std::move(finished)) {
        shared_->owner = this;
    }
    ~Asked() override { shared_->owner = nullptr; }
    std::string describe() const override { return what_; }

    // What the answer is handed to; nothing comes of it once this is gone.
    WatcherControl::Done done(std::shared_ptr<Loop> loop) const {
        return [loop = std::move(loop), shared = shared_](Result<std::string> result) {
            loop->post([shared, result = std::move(result)] {
                if (shared->owner != nullptr) shared->owner->finish(result);
            });
        };
    }

 private:
    struct Shared {
        Asked* owner = nullptr;  // the loop's thread only; null: nobody wants the answer
    };

    void finish(const Result<std::string>& result) {
        shared_->owner = nullptr;
        Finished last = std::move(finished_);
        last(respond_(what_, result));
    }

    std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
    std::string what_;
    Respond respond_;
    Finished finished_;
};

std::string why(const std::string& what, const Error& error) {
    return to_byte_text(
        fmt::format("{}: {}{}{}", what, error.message, error.hint.empty() ? "" : "; ", error.hint));
}

Answer registered(const std::string& what, const Result<std::string>& result) {
    if (result) return {AnswerKind::values, dump_json(Json::array({*result}))};
    return {AnswerKind::values, dump_json(Json::array({nullptr, why(what, result.error())}))};
}

Answer removed(const std::string& what, const Result<std::string>& result) {
    if (result) return {AnswerKind::values, "[true]"};
    return {AnswerKind::values, dump_json(Json::array({false, why(what, result.error())}))};
}

Result<std::string> text_at(const EffectCall& call, size_t index, std::string_view what) {
    if (index >= call.args.size() || !call.args[index].is_string() ||
        call.args[index].get_ref<const std::string&>().empty()) {
        return fail(Code::invalid, "it needs {}, a string", what);
    }
    return from_byte_text(call.args[index].get_ref<const std::string&>());
}

// The worker has checked it; what a worker says is checked again.
Result<WatcherSpec> spec_of(const EffectCall& call) {
    if (call.args.size() < 2 || !call.args[1].is_object())
        return fail(Code::invalid, "it needs a watcher, an object");
    SLOTH_TRY(WatcherSpec spec, parse_watcher_spec(from_byte_text(dump_json(call.args[1]))));
    SLOTH_TRY_VOID(validate(spec));
    if (!spec.id.empty() || spec.revision != 0)
        return fail(Code::invalid, "a watcher gets its id from the master");
    return spec;
}

bool holds_secret(const EffectCall& call, const WatcherSpec& spec) {
    const std::string texts[] = {spec.command, spec.pattern, spec.path,  spec.name,
                                 spec.host,    spec.user,    spec.label, spec.stack};
    return std::ranges::any_of(
        texts, [&](const std::string& text) { return call.delivery.redact(text) != text; });
}

// Its events go to where the hook belongs, if it does not say otherwise.
std::string with_stack(const EffectCall& call) {
    Json spec = call.args[1];
    const std::string& stack = call.request.hook->stack;
    if (!stack.empty() && !spec.contains("stack")) spec["stack"] = to_byte_text(stack);
    return from_byte_text(dump_json(spec));
}

}  // namespace

Reply handle_watcher_register(EffectCall& call, EffectWorld& world) {
    if (auto ok = Rights(*call.request.hook).may_watch(); !ok)
        return answer_raise("watcher.register: " + ok.error().message);
    auto agent = text_at(call, 0, "the name of an agent");
    if (!agent) return answer_raise("watcher.register: " + agent.error().message);
    const auto spec = spec_of(call);
    if (!spec) return answer_raise("watcher.register: " + spec.error().message);
    if (holds_secret(call, *spec)) {
        return answer_raise(
            "watcher.register: a secret must not stand in a watcher, which is stored and shown; "
            "let "
            "its command read the secret by itself");
    }
    if (call.dry_run) return answer_dry(R"(["watcher-of-a-dry-run"])");
    const std::string target = target_of(*spec);
    auto asked = std::make_shared<Asked>(fmt::format("watcher.register.{}{}{} on {}", spec->type,
                                                     target.empty() ? "" : " ", target, *agent),
                                         registered, std::move(call.finished));
    world.watchers.put(std::move(*agent), with_stack(call),
                       asked->done(world.loop.shared_from_this()));
    Reply reply;
    reply.ongoing = std::move(asked);
    return reply;
}

Reply handle_watcher_remove(EffectCall& call, EffectWorld& world) {
    if (auto ok = Rights(*call.request.hook).may_watch(); !ok)
        return answer_raise("watcher.remove: " + ok.error().message);
    auto agent = text_at(call, 0, "the name of an agent");
    if (!agent) return answer_raise("watcher.remove: " + agent.error().message);
    auto ref = text_at(call, 1, "an id or a label");
    if (!ref) return answer_raise("watcher.remove: " + ref.error().message);
    if (call.dry_run) return answer_dry("[true]");
    auto asked = std::make_shared<Asked>(fmt::format("watcher.remove {} on {}", *ref, *agent),
                                         removed, std::move(call.finished));
    world.watchers.remove(std::move(*agent), std::move(*ref),
                          asked->done(world.loop.shared_from_this()));
    Reply reply;
    reply.ongoing = std::move(asked);
    return reply;
}

}  // namespace sloth
