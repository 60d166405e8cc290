-- expect: timeout
local hook = {}

function hook.execute(event)
    error(setmetatable({}, { __tostring = function()
        while true do pcall(error) end
    end }))
end

return hook
