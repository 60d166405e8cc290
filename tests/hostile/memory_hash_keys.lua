-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local t, i = {}, 0
    while true do
        i = i + 1
        t["key" .. i] = i
    end
end

return hook
