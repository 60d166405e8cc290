-- expect: failed: memory
local hook = {}

function hook.execute(event)
    return #string.pack(("!16 i16 Xi16"):rep(1 << 20), 1)
end

return hook
