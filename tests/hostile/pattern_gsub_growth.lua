-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local s = "x"
    while true do s = s:gsub(".", "%0%0%0%0") end
end

return hook
