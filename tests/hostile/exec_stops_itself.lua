-- expect: timeout
local hook = {}

function hook.execute(event)
    exec.run("kill -STOP $$", { env = { MARK = event.data.mark } })
end

return hook
