-- expect: timeout
local hook = {}

function hook.execute(event)
    local function walk(...)
        while true do
            for i = 1, select("#", ...) do pcall(select, -i, ...) end
        end
    end
    walk(table.unpack({}, 1, 200))
end

return hook
