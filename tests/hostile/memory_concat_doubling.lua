-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local s = "x"
    while true do s = s .. s end
end

return hook
