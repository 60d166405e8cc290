-- The other end of deploy_pipeline.lua: announces how a deployment went. `events show` of the event that comes here
-- names the event that caused it.

return {
    name = "deploy_announce",
    description = "Announces how a deployment went",
    event_types = { "deploy.staging_success", "deploy.failed" },

    execute = function(event)
        local data = event.data
        if event.type == "deploy.failed" then
            log.error("deployment " .. data.deploy_id .. " failed", { reason = data.reason })
        else
            log.info("deployment " .. data.deploy_id .. " of " .. data.version .. " is on staging")
        end
        return true, "announced"
    end,
}
