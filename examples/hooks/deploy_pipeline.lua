-- Runs the steps of a deployment one after the other and tells the next hook how it went, by an event.
-- deploy_announce.lua is that next hook.
--
--   sloth-runner hook add examples/hooks/deploy_pipeline.lua
--   sloth-runner hook add examples/hooks/deploy_announce.lua
--   sloth-runner events dispatch deploy.started --data '{"deploy_id": "d-7", "version": "v2"}'

local exec = require("exec")
local event_mod = require("event")

-- What comes in with an event goes into the environment of a command, never into its text: an event is not trusted to
-- be free of quotes and semicolons.
local STEPS = {
    { name = "check", command = [[expr "$VERSION" : 'v[0-9][0-9.]*$' >/dev/null]] },
    { name = "build", command = [[echo "built $VERSION"]] },
}

local hook = {
    name = "deploy_pipeline",
    description = "Runs the steps of a deployment and says how it went",
    event_type = "deploy.started",
    timeout = "10m",
}

function hook.execute(event)
    local deploy = event.data.deploy or event.data
    for _, step in ipairs(STEPS) do
        local result = exec.run(step.command, { env = { VERSION = deploy.version or "" } })
        print(step.name, result.exit_code, result.stdout)
        if result.exit_code ~= 0 then
            -- A failed run keeps what it dispatched: the announcement goes out although this run failed.
            event_mod.dispatch("deploy.failed", { deploy_id = deploy.deploy_id, reason = step.name .. " failed" })
            return false, step.name .. " failed"
        end
    end
    event_mod.dispatch("deploy.staging_success", { deploy_id = deploy.deploy_id, version = deploy.version })
    return true, "deployed " .. deploy.version
end

return hook
