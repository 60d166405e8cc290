-- expect: timeout
local hook = {}

function hook.execute(event)
    local co = coroutine.create(function()
        local guard <close> = setmetatable({}, { __close = function()
            while true do pcall(error) end
        end })
        coroutine.yield()
    end)
    coroutine.resume(co)
    coroutine.close(co)
end

return hook
