-- expect: timeout
local hook = {}

function hook.execute(event)
    local spin = coroutine.wrap(function()
        while true do pcall(coroutine.yield) end
    end)
    while true do pcall(spin) end
end

return hook
