-- expect: failed: hooks cannot set __gc
local hook = {}

function hook.execute(event)
    setmetatable({}, { __gc = function()
        while true do end
    end })
end

return hook
