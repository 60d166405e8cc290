-- expect: success
local hook = {}

function hook.execute(event)
    local out = exec.run("sleep 1000 & echo started", { env = { MARK = event.data.mark } })
    return out.stdout == "started\n", out.stdout
end

return hook
