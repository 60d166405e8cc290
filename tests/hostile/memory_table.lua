-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local t = {}
    while true do t[#t + 1] = { #t } end
end

return hook
