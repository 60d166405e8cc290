-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local last
    while true do
        local before = last
        last = function() return before end
    end
end

return hook
