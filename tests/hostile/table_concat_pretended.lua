-- expect: failed: table.concat: more than
local hook = {}

function hook.execute(event)
    table.concat(setmetatable({}, { __len = function() return 1 << 40 end, __index = function() return "x" end }))
end

return hook
