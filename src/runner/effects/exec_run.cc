// exec.run: [command, {workdir, env, timeout, stdin}] -> a table of what it did, or nil and why it
// could not be started. The command goes to a shell in a process group of its own.
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cmath>

#include "base/byte_text.h"
#include "base/json.h"
#include "runner/child_process.h"
#include "runner/effects/effect.h"

namespace sloth {
namespace {

constexpr size_t kShownBytes = 60;  // of a command, where it is named in an error

std::string shown(std::string_view command) {
    if (command.size() <= kShownBytes) return fmt::format("exec.run \"{}\"", command);
    return fmt::format("exec.run \"{}...\"", command.substr(0, kShownBytes));
}

std::string signal_name(int number) {
    const char* name = ::sigabbrev_np(number);
    return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

std::string to_answer(const ChildResult& result) {
    Json table{{"stdout", to_byte_text(result.out)},
               {"stderr", to_byte_text(result.err)},
               {"exit_code", result.exit_code},
               {"success", result.exit_code == 0 && !result.timed_out},
               {"timed_out", result.timed_out},
               {"truncated", result.truncated}};
    if (result.signal != 0) table["signal"] = signal_name(result.signal);
    return dump_json(Json::array({std::move(table)}));
}

class Exec final : public Ongoing {
 public:
    explicit Exec(std::string command) : command_(std::move(command)) {}
    ~Exec() override {
        if (child_) child_->abandon();
    }
    Result<void> start(Loop& loop, ChildSpec spec, Finished finished) {
        SLOTH_TRY(child_, ChildProcess::start(
                              loop, std::move(spec),
                              [this, finished = std::move(finished)](ChildResult result) mutable {
                                  child_.reset();
                                  Finished last = std::move(finished);
                                  last({AnswerKind::values, to_answer(result)});
                              }));
        return {};
    }
    std::string describe() const override { return shown(command_); }

 private:
    std::string command_;
    std::shared_ptr<ChildProcess> child_;
};

bool is_plain(std::string_view text) { return text.find('\0') == std::string_view::npos; }

// A number of seconds, or a duration as people write it.
Result<Micros> timeout_of(const Json& value) {
    constexpr double kMaxSeconds = 366.0 * 24 * 3600;
    if (value.is_string()) return parse_duration(value.get<std::string>());
    if (!value.is_number() || !(value.get<double>() > 0)) {
        return fail(Code::invalid, "timeout must be a number of seconds or a text like \"10s\"");
    }
    return Micros(std::llround(std::min(value.get<double>(), kMaxSeconds) * 1e6));
}

Result<void> set_variables(const Json& env, std::map<std::string, std::string>& out) {
    if (env.is_array() && env.empty()) return {};
    if (!env.is_object()) return fail(Code::invalid, "env must be a table of names and values");
    for (const auto& [name, value] : env.items()) {
        if (name.empty() || name.contains('=') || !is_plain(name)) {
            return fail(Code::invalid, "'{}' is not a name for an environment variable", name);
        }
        std::string text =
            from_byte_text(value.is_string() ? value.get<std::string>() : dump_json(value));
        if (value.is_structured() || value.is_null() || !is_plain(text)) {
            return fail(Code::invalid, "env.{} must be a string, a number or a boolean", name);
        }
        out[name] = std::move(text);
    }
    return {};
}

std::vector<std::string> environment(const EffectCall& call, const EffectWorld& world,
                                     std::map<std::string, std::string> variables) {
    for (const auto& [name, value] : world.options.environment) variables.try_emplace(name, value);
    const Event& event = *call.request.event;
    variables["SLOTH_CAUSE"] = fmt::format(
        "{}/{}/{}", event.root_id.empty() ? event.id : event.root_id, event.id, event.depth + 1);
    const EffectKey key = to_effect_key(call.key);
    variables["SLOTH_IDEMPOTENCY_KEY"] =
        fmt::format("{}-{}-{}", call.delivery_id, key.fingerprint, key.occurrence);
    if (!world.options.data_dir.empty()) {
        variables["SLOTH_RUNNER_DATA_DIR"] = world.options.data_dir;
    }
    std::vector<std::string> out;
    for (const auto& [name, value] : variables) out.push_back(name + "=" + value);
    return out;
}

Result<ChildSpec> plan(const EffectCall& call, const EffectWorld& world) {
    if (call.args.empty() || !call.args[0].is_string()) {
        return fail(Code::invalid, "the command must be a string");
    }
    std::string command = from_byte_text(call.args[0].get_ref<const std::string&>());
    if (command.empty() || !is_plain(command)) {
        return fail(Code::invalid, "the command is empty or holds a zero byte");
    }
    ChildSpec spec;
    std::map<std::string, std::string> variables;
    const Json none = Json::object();
    const Json& options = call.args.size() > 1 && call.args[1].is_object() ? call.args[1] : none;
    for (const auto& [name, value] : options.items()) {
        if (name == "workdir" && value.is_string() && is_plain(value.get<std::string>())) {
            spec.workdir = from_byte_text(value.get<std::string>());
        } else if (name == "stdin" && value.is_string()) {
            spec.input = from_byte_text(value.get<std::string>());
        } else if (name == "env") {
            SLOTH_TRY_VOID(set_variables(value, variables));
        } else if (name == "timeout") {
            SLOTH_TRY(spec.timeout, timeout_of(value));
        } else if (name == "workdir" || name == "stdin") {
            return fail(Code::invalid, "{} must be a string", name);
        } else {
            return fail(Code::invalid, "there is no option '{}': workdir, env, timeout, stdin",
                        name);
        }
    }
    const char* shell = ::access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh";
    spec.argv = {shell, "-c", std::move(command)};
    spec.environment = environment(call, world, std::move(variables));
    spec.output_cap = world.options.exec_output_cap;
    spec.drain = world.options.exec_drain;
    return spec;
}

}  // namespace

Reply handle_exec_run(EffectCall& call, EffectWorld& world) {
    Result<ChildSpec> spec = plan(call, world);
    if (!spec) return answer_raise("exec.run: " + spec.error().message);
    const std::string command = spec->argv.back();
    auto exec = std::make_shared<Exec>(command);
    const Result<void> started =
        exec->start(world.loop, std::move(*spec), std::move(call.finished));
    if (!started) {
        Reply reply = answer_now(
            dump_json(Json::array({nullptr, shown(command) + ": " + started.error().message})));
        reply.remember = true;
        return reply;
    }
    Reply reply;
    reply.ongoing = std::move(exec);
    return reply;
}

}  // namespace sloth
