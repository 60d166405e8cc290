-- expect: timeout
local hook = {}

function hook.execute(event)
    exec.run("yes & yes >&2", { env = { MARK = event.data.mark } })
end

return hook
