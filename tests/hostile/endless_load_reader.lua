-- expect: failed: longer than 1MiB
local hook = {}

function hook.execute(event)
    assert(load(function() return (" "):rep(1000) end))
end

return hook
