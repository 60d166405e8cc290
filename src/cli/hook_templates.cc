#include "cli/hook_templates.h"

#include <algorithm>
#include <array>

namespace sloth::cli {
namespace {

constexpr std::string_view kBasic = R"lua(-- @NAME@: says what happened.
--   sloth-runner hook add @NAME@.lua
--   sloth-runner hook test @NAME@ --data '{"key": "value"}'
local hook = {
    name = "@NAME@",
    description = "Says what happened",
    event_type = "@EVENT@",
}

function hook.execute(event)
    log.info(event.type .. " from " .. (event.agent_name or "the master"), event.data)
    return true, "seen"
end

return hook
)lua";

constexpr std::string_view kCommand = R"lua(-- @NAME@: runs a command and fails if it fails.
local exec = require("exec")

local hook = {
    name = "@NAME@",
    description = "Runs a command",
    event_type = "@EVENT@",
    timeout = "2m",
    permissions = { "exec" },
}

function hook.execute(event)
    -- A list is started without a shell: what an event carries cannot become a command.
    local result = exec.run({ "logger", "-t", "@NAME@", event.type }, { timeout = 10 })
    if not result.success then
        return false, "the command ended with " .. result.exit_code .. ": " .. result.stderr
    end
    return true, "done"
end

return hook
)lua";

constexpr std::string_view kDeploy =
    R"lua(-- @NAME@: tests, builds and deploys, a step at a time; the first that fails ends it.
local exec = require("exec")
local event_mod = require("event")

local hook = {
    name = "@NAME@",
    description = "Deploys a version",
    event_type = "@EVENT@",
    timeout = "10m",
    max_concurrency = 1, -- one deployment at a time
}

local steps = {
    { "test", { "make", "test" } },
    { "build", { "make", "build" } },
    { "deploy", { "make", "deploy" } },
}

function hook.execute(event)
    local deploy = event.data.deploy or event.data
    for _, step in ipairs(steps) do
        local result = exec.run(step[2], { workdir = deploy.workdir, env = { VERSION = deploy.version } })
        if not (result and result.success) then
            event_mod.dispatch("deploy.failed", { deploy_id = deploy.deploy_id, reason = step[1] .. " failed" })
            return false, step[1] .. " failed: " .. (result and result.stderr or "it could not be started")
        end
        log.info(step[1] .. " done")
    end
    event_mod.dispatch("deploy.completed", { deploy_id = deploy.deploy_id, version = deploy.version })
    return true, "deployed " .. tostring(deploy.version)
end

return hook
)lua";

constexpr std::string_view kScale =
    R"lua(-- @NAME@: acts on a load, and then leaves the system some minutes to settle.
local exec = require("exec")
local state = require("state")

local hook = {
    name = "@NAME@",
    description = "Scales up, with a cooldown",
    event_type = "@EVENT@",
}

local cooldown = 300 -- seconds

function hook.execute(event)
    -- The first run that sets the mark acts; it goes away by itself.
    if not state.compare_and_set("@NAME@:cooling", nil, true, { ttl = cooldown }) then
        return true, "cooling down"
    end
    local resource = event.data.resource or {}
    log.info("scaling up", { current = resource.current, threshold = resource.threshold })
    local result = exec.run({ "echo", "scale up" }) -- put your command here
    if not result.success then
        state.delete("@NAME@:cooling")
        return false, "scaling failed: " .. result.stderr
    end
    return true, "scaled up"
end

return hook
)lua";

constexpr std::string_view kSlack = R"lua(-- @NAME@: tells a Slack channel.
--   printf %s "https://hooks.slack.com/services/..." | sloth-runner secret set slack_webhook_url
local http = require("http")
local secret = require("secret")

local hook = {
    name = "@NAME@",
    description = "Tells a Slack channel",
    event_type = "@EVENT@",
    permissions = { network = { "hooks.slack.com" }, secrets = { "slack_webhook_url" } },
}

function hook.execute(event)
    local url, why = secret.get("slack_webhook_url")
    if not url then
        return false, why
    end
    local response, problem = http.post(url, {
        json = { text = event.type .. ": " .. require("json").encode(event.data) },
        timeout = 10,
        retries = 3,
    })
    if not response then
        return false, problem
    end
    if not response.success then
        return false, "Slack answered " .. response.status .. ": " .. response.body
    end
    return true, "told"
end

return hook
)lua";

constexpr std::string_view kWebhook =
    R"lua(-- @NAME@: passes the event on to a web service, as it is.
local http = require("http")

local hook = {
    name = "@NAME@",
    description = "Passes events on",
    event_type = "@EVENT@",
}

local url = "http://127.0.0.1:8080/events" -- put your address here

function hook.execute(event)
    local response, why = http.post(url, {
        json = { id = event.id, type = event.type, timestamp = event.timestamp, data = event.data },
        timeout = 10,
        retries = 3,
    })
    if not response then
        return false, why
    end
    return response.success, "answered " .. response.status
end

return hook
)lua";

constexpr std::array kTemplates{
    HookTemplate{"basic", "says what happened", "custom", kBasic},
    HookTemplate{"command", "runs a command", "custom", kCommand},
    HookTemplate{"deploy", "tests, builds and deploys", "deploy.started", kDeploy},
    HookTemplate{"scale", "acts on a load, with a cooldown", "system.cpu_high", kScale},
    HookTemplate{"slack", "tells a Slack channel", "task.failed", kSlack},
    HookTemplate{"webhook", "passes events on to a web service", "*", kWebhook},
};
static_assert(std::ranges::is_sorted(kTemplates, {}, &HookTemplate::name));

void replace_all(std::string& text, std::string_view mark, std::string_view value) {
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), value);
}

}  // namespace

std::span<const HookTemplate> hook_templates() { return kTemplates; }

const HookTemplate* find_hook_template(std::string_view name) {
    const auto found = std::ranges::lower_bound(kTemplates, name, {}, &HookTemplate::name);
    return found != kTemplates.end() && found->name == name ? &*found : nullptr;
}

std::string fill_hook_template(const HookTemplate& starter, std::string_view hook_name,
                               std::string_view event_type) {
    std::string out(starter.text);
    replace_all(out, "@NAME@", hook_name);
    replace_all(out, "@EVENT@", event_type.empty() ? starter.event_type : event_type);
    return out;
}

}  // namespace sloth::cli
