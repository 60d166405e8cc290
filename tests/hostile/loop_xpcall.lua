-- expect: timeout
local hook = {}

function hook.execute(event)
    local function spin()
        while true do end
    end
    while true do xpcall(spin, spin) end
end

return hook
