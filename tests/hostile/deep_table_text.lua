-- expect: failed: stack overflow
local hook = {}

function hook.execute(event)
    assert(load("return " .. ("{"):rep(100000)))
end

return hook
