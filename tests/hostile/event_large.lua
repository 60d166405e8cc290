-- expect: failed: the limit is 1048576
local hook = {}

function hook.execute(event)
    assert(event.dispatch("hostile_storm", { text = ("x"):rep(3000000) }))
end

return hook
