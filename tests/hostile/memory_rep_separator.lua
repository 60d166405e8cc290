-- expect: failed: too large
local hook = {}

function hook.execute(event)
    return #(""):rep(1 << 30, "xxxxxxxx")
end

return hook
