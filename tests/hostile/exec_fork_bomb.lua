-- expect: timeout|success
local hook = {}

function hook.execute(event)
    -- The service is started with a bound on the processes of one command.
    exec.run("bomb() { bomb | bomb & bomb; }; bomb", { env = { MARK = event.data.mark } })
    return true
end

return hook
