-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do pcall(pcall, pcall, error) end
end

return hook
