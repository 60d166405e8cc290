-- expect: failed: chain too long
local hook = {}

function hook.execute(event)
    local a, b = {}, {}
    setmetatable(a, { __index = b })
    setmetatable(b, { __index = a })
    return a.x
end

return hook
