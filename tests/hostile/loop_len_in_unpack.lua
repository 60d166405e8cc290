-- expect: timeout
local hook = {}

function hook.execute(event)
    table.unpack(setmetatable({}, { __len = function()
        while true do end
    end }))
end

return hook
