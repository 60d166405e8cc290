-- expect: timeout
local hook = {}

function hook.execute(event)
    print(setmetatable({}, { __tostring = function()
        while true do end
    end }))
end

return hook
