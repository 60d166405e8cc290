-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do
        coroutine.resume(coroutine.create(function()
            while true do end
        end))
    end
end

return hook
