-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local kept = {}
    while true do kept[#kept + 1] = coroutine.wrap(print) end
end

return hook
