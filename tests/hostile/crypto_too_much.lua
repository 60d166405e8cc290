-- expect: failed: random_bytes|memory|at most
local hook = {}

function hook.execute(event)
    crypto.random_bytes(1 << 40)
end

return hook
