-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do print("x") end
end

return hook
