-- expect: timeout
local hook = {}

function hook.execute(event)
    do
        local guard <close> = setmetatable({}, { __close = function()
            while true do end
        end })
    end
end

return hook
