-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local kept = {}
    while true do
        pcall(function() kept[#kept + 1] = ("x"):rep(1 << 20) .. #kept end)
    end
end

return hook
