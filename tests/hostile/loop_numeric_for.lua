-- expect: timeout
local hook = {}

function hook.execute(event)
    for _ = 1, math.maxinteger do end
end

return hook
