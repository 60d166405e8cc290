-- expect: timeout
local hook = {}

function hook.execute(event)
    local guard <close> = setmetatable({}, { __close = function()
        while true do end
    end })
    while true do end
end

return hook
