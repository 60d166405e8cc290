-- expect: timeout
local hook = {}

function hook.execute(event)
    xpcall(error, function()
        while true do end
    end)
end

return hook
