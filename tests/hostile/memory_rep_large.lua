-- expect: failed: memory
local hook = {}

function hook.execute(event)
    return #("x"):rep(1 << 28)
end

return hook
