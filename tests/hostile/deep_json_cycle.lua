-- expect: failed: deep|nest|depth|cycle|itself|circular
local hook = {}

function hook.execute(event)
    local t = {}
    t[1] = t
    assert(json.encode(t))
end

return hook
