-- expect: failed: x
local hook = {}

function hook.execute(event)
    error(("x"):rep(2000000))
end

return hook
