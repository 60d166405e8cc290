-- expect: timeout
local hook = {}

function hook.execute(event)
    coroutine.wrap(function()
        local guard <close> = setmetatable({}, { __close = function()
            while true do pcall(error) end
        end })
        error("leave")
    end)()
end

return hook
