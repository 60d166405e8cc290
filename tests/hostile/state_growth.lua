-- expect: timeout
local hook = {}

function hook.execute(event)
    local i, value = 0, ("x"):rep(10000)
    while true do
        i = i + 1
        assert(state.set("churn" .. i, value))
    end
end

return hook
