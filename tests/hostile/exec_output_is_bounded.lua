-- expect: success
local hook = {}

function hook.execute(event)
    local out = exec.run("head -c 50000000 /dev/zero", { env = { MARK = event.data.mark } })
    return out.truncated and #out.stdout <= 256 * 1024, #out.stdout
end

return hook
