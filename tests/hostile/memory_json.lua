-- expect: failed: longer than allowed
local hook = {}

function hook.execute(event)
    local piece, t = ("\1"):rep(1 << 20), {}
    for i = 1, 1000 do t[i] = piece end
    return #json.encode(t)
end

return hook
