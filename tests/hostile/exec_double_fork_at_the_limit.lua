-- expect: timeout
local hook = {}

function hook.execute(event)
    exec.run("(setsid sh -c 'trap \"\" TERM HUP INT; sleep 1000 & sleep 1000' &) ; sleep 1000",
        { env = { MARK = event.data.mark } })
end

return hook
