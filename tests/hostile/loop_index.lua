-- expect: timeout
local hook = {}

function hook.execute(event)
    local t = setmetatable({}, { __index = function()
        while true do end
    end })
    return t.x
end

return hook
