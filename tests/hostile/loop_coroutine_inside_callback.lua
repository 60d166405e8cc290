-- expect: timeout
local hook = {}

function hook.execute(event)
    -- Below a sort nothing can yield: the coroutine runs nested.
    table.sort({ 1, 2, 3 }, function()
        coroutine.wrap(function()
            while true do pcall(error) end
        end)()
    end)
end

return hook
