-- expect: timeout
local hook = {}

function hook.execute(event)
    local i = 0
    while true do
        i = i + 1
        state.set("churn", i)
    end
end

return hook
