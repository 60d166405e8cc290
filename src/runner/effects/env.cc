// env: the service's environment, as far as hooks may see it (RunnerOptions::visible_environment).
#include "base/byte_text.h"
#include "base/json.h"
#include "runner/effects/effect.h"
#include "runner/rights.h"

namespace sloth {

Reply handle_env_get(EffectCall& call, EffectWorld& world) {
    if (call.args.empty() || !call.args[0].is_string())
        return answer_raise("env.get needs a name, a string");
    if (auto ok = Rights(*call.request.hook).may_read_environment(); !ok)
        return answer_raise("env.get: " + ok.error().message);
    const auto& all = world.options.visible_environment;
    const auto found = all.find(from_byte_text(call.args[0].get<std::string>()));
    if (found == all.end()) return answer_now("[null]");
    return answer_now(dump_json(Json::array({to_byte_text(found->second)})));
}

Reply handle_env_all(EffectCall& call, EffectWorld& world) {
    if (auto ok = Rights(*call.request.hook).may_read_environment(); !ok)
        return answer_raise("env.all: " + ok.error().message);
    Json out = Json::object();
    for (const auto& [name, value] : world.options.visible_environment)
        out[to_byte_text(name)] = to_byte_text(value);
    return answer_now(dump_json(Json::array({std::move(out)})));
}

}  // namespace sloth
