-- expect: timeout
local hook = {}

function hook.execute(event)
    load(function()
        while true do end
    end)
end

return hook
