-- expect: timeout
local hook = {}

function hook.execute(event)
    ("x"):gsub("x", function()
        while true do end
    end)
end

return hook
