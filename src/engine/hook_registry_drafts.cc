// Looking at a script without registering it.
#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "domain/event_catalogue.h"
#include "domain/event_type.h"
#include "engine/hook_registry.h"

namespace sloth {
namespace {

// What the metadata says that add() would refuse or warn of.
void add_findings(std::string_view metadata, std::vector<HookFinding>& out) {
    const auto parsed = parse_hook_metadata(metadata);
    if (!parsed) {
        const auto& [code, message, hint] = parsed.error();
        out.push_back({0, "error", hint.empty() ? message : fmt::format("{} ({})", message, hint)});
        return;
    }
    for (const std::string& key : parsed->unknown_keys) {
        out.push_back(
            {0, "warning", fmt::format("'{}' is not a key that hooks have: it is ignored", key)});
    }
    for (const std::string& type : parsed->event_types) {
        if (is_glob(type) || find_event_type(type)) continue;
        if (const auto near = suggest_event_type(type)) {
            out.push_back(
                {0, "warning",
                 fmt::format("'{}' is not a known event type: did you mean '{}'?", type, *near)});
        }
    }
}

}  // namespace

Result<HookRegistry::Draft> HookRegistry::draft(const std::string& file_path) {
    SLOTH_TRY(std::string source, read_file(file_path, kMaxHookSourceBytes));
    SLOTH_TRY(HookMetadata metadata, load(file_path, source));
    if (metadata.event_types.empty()) metadata.event_types = {"custom"};
    SLOTH_TRY(Hook hook, build({.file_path = file_path}, metadata, source));
    hook.id = "draft-" + hook.content_hash;
    return Draft{std::move(hook), std::move(source)};
}

Result<std::vector<HookFinding>> HookRegistry::lint(const std::string& file_path,
                                                    const std::string& source) {
    if (source.size() > kMaxHookSourceBytes) {
        return fail(Code::invalid, "lint '{}': larger than {} bytes", file_path,
                    kMaxHookSourceBytes);
    }
    std::vector<HookFinding> out;
    const auto answer = ask_worker(file_path, source, HookRunner::Purpose::lint);
    if (!answer) {
        if (answer.error().code != Code::invalid) return std::unexpected(answer.error());
        return std::vector{HookFinding{0, "error", answer.error().message}};
    }
    SLOTH_TRY(const Json json, parse_json(*answer));
    for (const Json& finding : json.value("findings", Json::array())) {
        out.push_back({finding.value("line", 0), finding.value("severity", "error"),
                       finding.value("message", "")});
    }
    const bool loads = std::ranges::none_of(
        out, [](const HookFinding& finding) { return finding.severity == "error"; });
    if (loads) add_findings(dump_json(json.value("metadata", Json::object())), out);
    std::ranges::stable_sort(out, {}, &HookFinding::line);
    return out;
}

}  // namespace sloth
