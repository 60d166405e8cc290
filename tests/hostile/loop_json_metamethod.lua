-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do
        pcall(json.encode, setmetatable({}, { __pairs = function() error("no") end, __index = function()
            while true do end
        end }))
    end
end

return hook
