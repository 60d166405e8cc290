-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do
        xpcall(error, function() error("again") end)
    end
end

return hook
