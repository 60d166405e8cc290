// exec.run: [command or [argv...], {workdir, env, stdin, timeout, user, detach}] -> a table of what
// it did, or nil and why it could not be started. A text goes to a shell, a list is started as it
// is.
#include <fmt/ranges.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "base/byte_text.h"
#include "base/json.h"
#include "runner/child_process.h"
#include "runner/effects/effect.h"
#include "runner/rights.h"

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
    if (result.left != 0) table["left"] = result.left;
    return dump_json(Json::array({std::move(table)}));
}

class Exec final : public Ongoing {
 public:
    explicit Exec(std::string shown) : shown_(std::move(shown)) {}
    ~Exec() override {
        if (child_) child_->abandon();
    }
    Result<void> start(EffectWorld& world, ChildSpec spec, Finished finished) {
        auto done = [this, finished = std::move(finished)](Result<ChildResult> result) mutable {
            child_.reset();
            Finished last = std::move(finished);
            const std::string why = result ? "" : shown_ + ": " + result.error().message;
            last({AnswerKind::values,
                  result ? to_answer(*result) : dump_json(Json::array({nullptr, why}))});
        };
        SLOTH_TRY(child_,
                  ChildProcess::start(world.loop, world.workers, std::move(spec), std::move(done)));
        return {};
    }
    std::string describe() const override { return shown_; }

 private:
    std::string shown_;
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

Result<void> set_text(std::string_view name, const Json& value, std::string& out) {
    if (!value.is_string() || !is_plain(value.get<std::string>()))
        return fail(Code::invalid, "{} must be a string", name);
    out = from_byte_text(value.get<std::string>());
    return {};
}

Result<void> set_option(const std::string& name, const Json& value, ChildSpec& spec,
                        std::map<std::string, std::string>& variables) {
    if (name == "workdir") return set_text(name, value, spec.command.workdir);
    if (name == "user") return set_text(name, value, spec.command.user);
    if (name == "env") return set_variables(value, variables);
    if (name == "stdin" && value.is_string()) {
        spec.input = from_byte_text(value.get<std::string>());
        return {};
    }
    if (name == "timeout") {
        SLOTH_TRY(spec.timeout, timeout_of(value));
        return {};
    }
    if (name == "detach" && value.is_boolean()) {
        spec.detach = value.get<bool>();
        return {};
    }
    if (name == "stdin") return fail(Code::invalid, "stdin must be a string");
    if (name == "detach") return fail(Code::invalid, "detach must be true or false");
    return fail(Code::invalid,
                "there is no option '{}': workdir, env, stdin, timeout, user, detach", name);
}

// What is run: a text by a shell, a list by itself.
Result<std::vector<std::string>> argv_of(const Json& command) {
    const char* shell = ::access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh";
    std::vector<std::string> argv;
    if (command.is_string()) {
        argv = {shell, "-c", from_byte_text(command.get<std::string>())};
    } else if (command.is_array() && !command.empty()) {
        for (const Json& word : command) {
            if (!word.is_string())
                return fail(Code::invalid, "the command must be a list of strings");
            argv.push_back(from_byte_text(word.get<std::string>()));
        }
    } else {
        return fail(Code::invalid, "the command must be a string or a list of strings");
    }
    const std::string& first = command.is_string() ? argv.back() : argv.front();
    if (first.empty() || !std::ranges::all_of(argv, is_plain))
        return fail(Code::invalid, "the command is empty or holds a zero byte");
    return argv;
}

// A hook that is not trusted with the service's rights gets another user, and bounds.
Result<void> confine(const EffectCall& call, const EffectWorld& world, CommandSpec& command) {
    command.limits.processes = world.options.exec_processes;
    const RunnableHook& hook = *call.request.hook;
    if (hook.profile == Profile::service) return {};
    if (!command.user.empty())
        return fail(Code::refused, "not permitted: the option `user` needs the profile 'service'");
    if (::geteuid() == 0) command.user = world.options.exec_user;
    constexpr uint32_t kProcesses = 256;
    constexpr int64_t kMemory = 2LL << 30;
    constexpr int64_t kCores = 64;  // of a command that uses all of them
    command.limits.processes = std::min(command.limits.processes, kProcesses);
    command.limits.memory = kMemory;
    command.limits.cpu_seconds =
        std::chrono::ceil<std::chrono::seconds>(hook.limits.timeout).count() * kCores;
    return {};
}

Result<ChildSpec> plan(const EffectCall& call, const EffectWorld& world) {
    SLOTH_TRY_VOID(Rights(*call.request.hook).may_exec());
    ChildSpec spec;
    SLOTH_TRY(spec.command.argv, argv_of(call.args.empty() ? Json() : call.args[0]));
    std::map<std::string, std::string> variables;
    if (call.args.size() > 1 && call.args[1].is_object()) {
        for (const auto& [name, value] : call.args[1].items()) {
            SLOTH_TRY_VOID(set_option(name, value, spec, variables));
        }
    }
    SLOTH_TRY_VOID(confine(call, world, spec.command));
    spec.command.environment = environment(call, world, std::move(variables));
    spec.output_cap = world.options.exec_output_cap;
    spec.drain = world.options.exec_drain;
    return spec;
}

}  // namespace

Reply handle_exec_run(EffectCall& call, EffectWorld& world) {
    Result<ChildSpec> spec = plan(call, world);
    if (!spec) return answer_raise("exec.run: " + spec.error().message);
    if (call.dry_run) return answer_dry(to_answer({}));
    const Json& command = call.args[0];
    std::string text = command.is_string() ? spec->command.argv.back() : "";
    if (text.empty()) text = fmt::format("{}", fmt::join(spec->command.argv, " "));
    auto exec = std::make_shared<Exec>(shown(text));
    const Result<void> started = exec->start(world, std::move(*spec), std::move(call.finished));
    if (!started) {
        Reply reply = answer_now(
            dump_json(Json::array({nullptr, exec->describe() + ": " + started.error().message})));
        reply.remember = true;
        return reply;
    }
    Reply reply;
    reply.ongoing = std::move(exec);
    return reply;
}

}  // namespace sloth
