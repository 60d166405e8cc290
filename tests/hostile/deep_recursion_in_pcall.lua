-- expect: timeout|failed: memory|failed: overflow
local hook = {}

function hook.execute(event)
    local function down()
        pcall(down)
        return down() + 1
    end
    while true do pcall(down) end
end

return hook
