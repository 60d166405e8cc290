-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local piece, t = ("x"):rep(1 << 20), {}
    for i = 1, 1000 do t[i] = piece end
    return #table.concat(t)
end

return hook
