-- expect: failed: stack overflow
local hook = {}

function hook.execute(event)
    assert(load("return " .. ("x .. "):rep(100000) .. "x"))
end

return hook
