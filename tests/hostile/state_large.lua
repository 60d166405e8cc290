-- expect: failed: .
local hook = {}

function hook.execute(event)
    assert(state.set("large", ("x"):rep(1 << 21)))
end

return hook
