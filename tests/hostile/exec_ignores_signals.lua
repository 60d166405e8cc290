-- expect: timeout
local hook = {}

function hook.execute(event)
    exec.run("trap '' TERM HUP INT QUIT; while :; do sleep 1; done", { env = { MARK = event.data.mark } })
end

return hook
