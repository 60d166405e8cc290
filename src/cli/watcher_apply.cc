#include "cli/watcher_apply.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/text.h"
#include "cli/watcher_plan.h"
#include "cli/watcher_text.h"

namespace sloth::cli {
namespace {

using Request = v1::WatchersRequest;

struct AgentPlan {
    std::string agent;
    std::vector<WatcherStep> steps;
};

Result<std::string> ask(Session& session, const std::string& agent, Request::Kind kind,
                        const std::string& id, const std::string& spec) {
    Request request;
    request.set_agent(agent);
    request.set_kind(kind);
    request.set_watcher_id(id);
    request.set_spec(spec);
    SLOTH_TRY(auto reply, session.call(&v1::Admin::StubInterface::Watchers, request));
    return std::move(*reply.mutable_result());
}

Result<std::vector<WatcherSpec>> present_on(Session& session, const std::string& agent) {
    SLOTH_TRY(const std::string answer, ask(session, agent, Request::LIST, "", ""));
    SLOTH_TRY(const Json listed, parse_json(answer));
    std::vector<WatcherSpec> present;
    for (const Json& item : listed) {
        SLOTH_TRY(ShownWatcher shown, read_watcher(item));
        if (shown.state != "deleting") present.push_back(std::move(shown.spec));
    }
    return present;
}

std::string_view word_of(WatcherStep::Kind kind) {
    constexpr std::array<std::string_view, 4> kWords{"create", "update", "delete", "keep"};
    return kWords[size_t(kind)];
}

std::string counts_of(const std::vector<AgentPlan>& plans) {
    std::array<int, 4> counts{};
    for (const AgentPlan& plan : plans) {
        for (const WatcherStep& step : plan.steps) ++counts[size_t(step.kind)];
    }
    return fmt::format("{} to create, {} to update, {} to delete, {} as they are", counts[0],
                       counts[1], counts[2], counts[3]);
}

std::string text_of(const std::vector<AgentPlan>& plans) {
    std::string out;
    for (const AgentPlan& plan : plans) {
        out += fmt::format("{}:\n", plan.agent);
        for (const WatcherStep& step : plan.steps) {
            out += fmt::format("  {}\n", one_line(describe(step)));
            for (const std::string& line : step.told) {
                out += fmt::format("            {}\n", one_line(line));
            }
        }
        if (plan.steps.empty()) out += "  nothing\n";
    }
    return out;
}

Json json_of(const AgentPlan& plan, const WatcherStep& step) {
    Json object{
        {"agent", plan.agent},    {"action", word_of(step.kind)},   {"id", step.id},
        {"type", step.spec.type}, {"target", target_of(step.spec)}, {"label", step.spec.label}};
    if (!step.changes.empty()) object["changes"] = Json::parse(step.changes, nullptr, false);
    return object;
}

Result<std::string> take(Session& session, const std::string& agent, const WatcherStep& step) {
    switch (step.kind) {
        case WatcherStep::Kind::create:
            return ask(session, agent, Request::CREATE, "", to_json(step.spec));
        case WatcherStep::Kind::update:
            return ask(session, agent, Request::UPDATE, step.id, step.changes);
        case WatcherStep::Kind::remove:
            return ask(session, agent, Request::DELETE, step.id, "");
        case WatcherStep::Kind::keep:
            break;
    }
    return std::string();
}

Result<int> carry_out(Session& session, const std::vector<AgentPlan>& plans, Json& items) {
    int code = 0;
    for (const AgentPlan& plan : plans) {
        for (const WatcherStep& step : plan.steps) {
            Json item = json_of(plan, step);
            const auto answer = take(session, plan.agent, step);
            if (!answer) {
                code = exit_code(Code::failed);  // done in part
                item["error"] = answer.error().message;
                Error error = answer.error();
                error.message =
                    fmt::format("{}: {}: {}", plan.agent, describe(step), error.message);
                print_error(session, error);
            } else if (step.kind == WatcherStep::Kind::create) {
                const Json made = Json::parse(*answer, nullptr, false);
                if (made.is_object()) item["id"] = made.value("id", "");
            }
            items.push_back(std::move(item));
        }
    }
    return code;
}

bool changes_something(const std::vector<AgentPlan>& plans) {
    return std::ranges::any_of(plans, [](const AgentPlan& plan) {
        return std::ranges::any_of(plan.steps, [](const WatcherStep& step) {
            return step.kind != WatcherStep::Kind::keep;
        });
    });
}

void print_end(Session& session, const Json& items, std::string_view last) {
    if (session.format() == Format::table) {
        session.print(last);
        return;
    }
    print_list(session, items, "id", Table({{"ID"}}), "");
}

}  // namespace

Result<int> apply_watchers(Session& session, const Arguments& args) {
    if (!args.has("file")) {
        return fail_with({Code::invalid, "--file is missing",
                          "write `-f watchers.yaml`, or `-f -` for standard input"});
    }
    const std::string file = args.text("file");
    SLOTH_TRY(const std::string content, read_text(session, file));
    SLOTH_TRY(const std::vector<WatcherSpec> wanted, parse_watcher_file(content, file));
    SLOTH_TRY(const std::vector<std::string> agents, chosen_agents(session, args));
    std::vector<AgentPlan> plans;
    Json items = Json::array();
    for (const std::string& agent : agents) {
        SLOTH_TRY(const std::vector<WatcherSpec> present, present_on(session, agent));
        plans.push_back({agent, plan_watchers(wanted, present, args.has("prune"))});
        for (const WatcherStep& step : plans.back().steps) {
            items.push_back(json_of(plans.back(), step));
        }
    }
    if (session.format() == Format::table) session.print(text_of(plans));
    if (args.has("dry-run") || !changes_something(plans)) {
        print_end(session, items, counts_of(plans) + ".\n");
        return 0;
    }
    SLOTH_TRY_VOID(session.can_confirm());
    SLOTH_TRY_VOID(session.confirm(fmt::format("Do it ({})?", counts_of(plans))));
    Json done = Json::array();
    SLOTH_TRY(const int code, carry_out(session, plans, done));
    print_end(session, done, code == 0 ? "Done.\n" : "Done, but for what is said above.\n");
    return code;
}

}  // namespace sloth::cli
