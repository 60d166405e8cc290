#include "cli/hook_tools.h"

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "base/similar.h"
#include "cli/hook_templates.h"
#include "cli/hook_text.h"
#include "cli/input.h"
#include "cli/new_event.h"
#include "cli/output.h"
#include "cli/text.h"
#include "domain/event_type.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

using Stub = v1::Admin::StubInterface;

constexpr size_t kMaxEventFile = 8 << 20;

// An event of a file, in the shape of `events get`.
Result<void> take_event_file(const std::string& path, v1::TestHookRequest& request) {
    SLOTH_TRY(const std::string text, read_file(path, kMaxEventFile));
    auto parsed = parse_event_line(text);
    if (!parsed) {
        return fail_with({Code::invalid,
                          fmt::format("--event @{}: {}", path, parsed.error().message),
                          "it takes one event as JSON, as `sloth-runner events get ID` prints it"});
    }
    request.set_type(parsed->event.type());
    request.set_data(parsed->event.data());
    request.set_stack(parsed->event.stack());
    if (parsed->event.has_timestamp()) request.set_timestamp(parsed->event.timestamp());
    return {};
}

Result<v1::TestHookRequest> test_request(Session& session, const Arguments& args) {
    v1::TestHookRequest request;
    const std::string& what = args.operands[0];
    if (what.ends_with(".lua") || what.find('/') != std::string::npos) {
        SLOTH_TRY(*request.mutable_file_path(), absolute_file(what, "hook file"));
    } else {
        request.set_ref(what);
    }
    if (args.has("event") && (args.has("data") || args.has("type"))) {
        return fail(Code::invalid, "--event is a whole event: --type and --data exclude it");
    }
    request.set_dry_run(args.has("dry-run"));
    request.set_type(args.text("type"));
    const std::string event = args.text("event");
    if (event.starts_with('@')) {
        SLOTH_TRY_VOID(take_event_file(event.substr(1), request));
    } else {
        request.set_event_ref(event_ref(event));
    }
    if (args.has("stack")) request.set_stack(args.text("stack"));
    if (args.has("data")) {
        SLOTH_TRY(*request.mutable_data(), read_data(session, args.text("data")));
    }
    return request;
}

std::string effects_text(const Session& session, const v1::TestHookReply& reply) {
    if (reply.effects().empty()) return "Effects: none\n";
    Table table({{"Effect"}, {"Arguments", false, 2}, {"Result", false, 1}, {"Duration", true}});
    bool dry = false;
    for (const v1::Effect& effect : reply.effects()) {
        dry = dry || effect.dry();
        table.add({effect.name() + (effect.dry() ? " (not done)" : ""), effect.arguments(),
                   effect.result().empty() ? "-" : effect.result(),
                   wire::human_duration(Micros(effect.duration_us()))});
    }
    return std::string(dry ? "Effects (those marked would have been done):\n" : "Effects:\n") +
           table.render(session.style());
}

Json effects_json(const v1::TestHookReply& reply) {
    Json out = Json::array();
    for (const v1::Effect& effect : reply.effects()) {
        out.push_back({{"name", effect.name()},
                       {"arguments", effect.arguments()},
                       {"result", effect.result()},
                       {"duration_us", effect.duration_us()},
                       {"dry", effect.dry()}});
    }
    return out;
}

Result<void> write_new(const std::filesystem::path& path, const std::string& text, bool replace) {
    if (!replace && std::filesystem::exists(std::filesystem::symlink_status(path))) {
        return fail_with({Code::conflict,
                          fmt::format("write '{}': there is a file of this name", path.string()),
                          "choose another name or --file, or say --force to replace it"});
    }
    std::ofstream file(path, std::ios::trunc);
    file << text;
    file.close();
    if (!file) return fail(Code::failed, "write '{}': {}", path.string(), std::strerror(errno));
    return {};
}

}  // namespace

Result<int> hook_test(Session& session, const Arguments& args) {
    SLOTH_TRY(const auto request, test_request(session, args));
    SLOTH_TRY(const auto reply, session.call(&Stub::TestHook, request, kNoLimit));
    const Execution run = wire::to_domain(reply.execution());
    Json json = wire::to_json(run);
    json["effects"] = effects_json(reply);
    print_one(session, json, "status", run_text(run) + effects_text(session, reply));
    return run.status == RunStatus::success ? 0 : kAwaitedFailed;
}

Result<int> hook_lint(Session& session, const Arguments& args) {
    const std::string& path = args.operands[0];
    v1::LintHookRequest request;
    request.set_file_path(path);
    SLOTH_TRY(*request.mutable_source(), read_file(path, 4 * kMaxHookSourceBytes));
    SLOTH_TRY(const auto reply, session.call(&Stub::LintHook, request));
    Json items = Json::array();
    std::string text;
    for (const v1::LintFinding& finding : reply.findings()) {
        items.push_back({{"file", path},
                         {"line", finding.line()},
                         {"severity", finding.severity()},
                         {"message", finding.message()}});
        text += path;
        if (finding.line() > 0) text += fmt::format(":{}", finding.line());
        text += fmt::format(": {}: {}\n", finding.severity(), one_line(finding.message()));
    }
    if (session.format() == Format::table) {
        session.print(text);
        if (items.empty()) session.note(path + ": nothing to say");
    } else {
        print_list(session, items, "message", Table({{"Message"}}), "");
    }
    return items.empty() ? 0 : 1;
}

Result<int> hook_new(Session& session, const Arguments& args) {
    const std::string& name = args.operands[0];
    if (!is_hook_name(name)) {
        return fail_with({Code::invalid, fmt::format("'{}' cannot name a hook", name),
                          "use letters, digits, '_', '-' and '.', at most 128"});
    }
    const std::string type = args.text("event");
    if (!type.empty() && !is_event_pattern(type)) SLOTH_TRY_VOID(check_event_type(type));
    const HookTemplate* starter = find_hook_template(args.text("template", "basic"));
    const std::string path = args.text("file", name + ".lua");
    SLOTH_TRY_VOID(write_new(path, fill_hook_template(*starter, name, type), args.has("force")));
    print_one(session, Json{{"file", path}, {"name", name}}, "file",
              fmt::format("{}: {}\n", path, starter->summary));
    session.note(
        fmt::format("look at it, try it with `sloth-runner hook test --dry-run {0}`, "
                    "register it with `sloth-runner hook add {0}`",
                    path.find('/') == std::string::npos ? "./" + path : path));
    return 0;
}

}  // namespace sloth::cli
