-- expect: failed: memory|stack overflow
local hook = {}

function hook.execute(event)
    local function down() return 1 + down() end
    return down()
end

return hook
