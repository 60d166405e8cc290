-- expect: timeout
local hook = {}

function hook.execute(event)
    local t = setmetatable({}, {
        __len = function() return 1 << 30 end,
        __index = function(_, i) return i * 7919 % 1000003 end,
        __newindex = function() end,
    })
    table.sort(t)
end

return hook
