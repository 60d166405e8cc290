-- expect: timeout
local hook = {}

function hook.execute(event)
    table.sort({ 3, 2, 1 }, function()
        while true do end
    end)
end

return hook
