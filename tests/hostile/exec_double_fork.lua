-- expect: success
local hook = {}

function hook.execute(event)
    local left = exec.run("(setsid sh -c 'sleep 1000 & sleep 1000' >/dev/null 2>&1 </dev/null &) ; echo started",
        { env = { MARK = event.data.mark } })
    return left.stdout == "started\n", left.stdout
end

return hook
