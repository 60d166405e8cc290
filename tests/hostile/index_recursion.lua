-- expect: failed: stack overflow
local hook = {}

function hook.execute(event)
    local t = setmetatable({}, { __index = function(self, key) return self[key .. "x"] end })
    return t.x
end

return hook
