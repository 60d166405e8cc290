-- expect: failed: table.insert: more than
local hook = {}

function hook.execute(event)
    table.insert(setmetatable({}, { __len = function() return 1 << 40 end }), 1, "x")
end

return hook
