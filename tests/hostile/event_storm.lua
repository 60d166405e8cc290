-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do
        local ok, why = event.dispatch("hostile_storm", {})
        assert(ok, why)
    end
end

return hook
