-- expect: success
local hook = {}

function hook.execute(event)
    local methods = {}
    for _ = 1, 1000 do setmetatable({}, methods) end
    methods.__gc = function()
        while true do end
    end
    local made
    for i = 1, 100000 do made = { i } end
    return true
end

return hook
