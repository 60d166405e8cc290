-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local function nest() return coroutine.wrap(nest)() end
    nest()
end

return hook
