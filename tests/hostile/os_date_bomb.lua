-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local format = ("%c"):rep(1 << 16)
    local kept = {}
    while true do kept[#kept + 1] = os.date(format) end
end

return hook
