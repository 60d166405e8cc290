-- expect: failed: x
local hook = {}

function hook.execute(event)
    return false, ("x"):rep(2000000)
end

return hook
