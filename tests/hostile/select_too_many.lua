-- expect: failed: stack overflow
local hook = {}

function hook.execute(event)
    local function count(...) return select("#", ...) end
    local s = ("x"):rep(1 << 20)
    return count(s:byte(1, -1))
end

return hook
