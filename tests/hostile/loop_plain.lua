-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do end
end

return hook
