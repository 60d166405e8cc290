-- expect: failed: overflow|too many|levels|registers
local hook = {}

function hook.execute(event)
    assert(load("return " .. ("x .. "):rep(100000) .. "x"))
end

return hook
