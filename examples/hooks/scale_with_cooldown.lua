-- Acts on a busy processor, but not more often than every five minutes: the time of the last act is in the state.
--
--   sloth-runner hook add examples/hooks/scale_with_cooldown.lua
--   sloth-runner events dispatch system.cpu_high --data '{"current": 93, "threshold": 80}'

local state = require("state")
local time = require("time")

local COOLDOWN = 300 -- seconds

local hook = {
    name = "scale_with_cooldown",
    description = "Scales up when the processor is busy, at most every five minutes",
    event_type = "system.cpu_high",
}

function hook.execute(event)
    local now = time.now()
    local last = state.get("last_scale_time") or 0
    if now - last < COOLDOWN then
        return true, "cooling down, nothing done"
    end

    -- Written before the act: if the machine fails in between, we would rather scale once too little.
    state.set("last_scale_time", now)
    log.warn("scaling up", { current = event.data.current, threshold = event.data.threshold })
    return true, "scaled up"
end

return hook
