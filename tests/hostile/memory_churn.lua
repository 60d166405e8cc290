-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do pcall(string.rep, "x", 1 << 20) end
end

return hook
