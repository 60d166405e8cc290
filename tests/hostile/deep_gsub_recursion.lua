-- expect: failed: overflow
local hook = {}

function hook.execute(event)
    local function down() return (("x"):gsub("x", down)) end
    return down()
end

return hook
