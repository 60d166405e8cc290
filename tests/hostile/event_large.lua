-- expect: failed: .
local hook = {}

function hook.execute(event)
    assert(event.dispatch("hostile_storm", { text = ("x"):rep(3000000) }))
end

return hook
