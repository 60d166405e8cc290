-- expect: failed: .
local hook = {}

function hook.execute(event)
    assert(state.set("large", ("x"):rep(6000000)))
end

return hook
