-- expect: failed: too large
local hook = {}

function hook.execute(event)
    return #("x"):rep(1 << 40)
end

return hook
