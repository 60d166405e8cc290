-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do
        pcall(function()
            while true do end
        end)
    end
end

return hook
