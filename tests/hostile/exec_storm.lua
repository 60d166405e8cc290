-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do exec.run("true") end
end

return hook
