-- expect: failed: overflow
local hook = {}

function hook.execute(event)
    local t = {}
    setmetatable(t, { __concat = function(a, b) return a .. b end })
    return t .. "x"
end

return hook
