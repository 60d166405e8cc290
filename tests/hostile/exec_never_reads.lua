-- expect: timeout
local hook = {}

function hook.execute(event)
    exec.run("sleep 1000", { stdin = ("x"):rep(1 << 21), env = { MARK = event.data.mark } })
end

return hook
