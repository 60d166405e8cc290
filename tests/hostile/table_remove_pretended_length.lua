-- expect: failed: table.remove: more than
local hook = {}

function hook.execute(event)
    table.remove(setmetatable({}, { __len = function() return 1 << 40 end }), 1)
end

return hook
