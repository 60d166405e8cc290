-- expect: failed: contains itself
local hook = {}

function hook.execute(event)
    local t = {}
    t[1] = t
    assert(json.encode(t))
end

return hook
