-- expect: failed: 1 to 65536 expected
local hook = {}

function hook.execute(event)
    crypto.random_bytes(1 << 40)
end

return hook
