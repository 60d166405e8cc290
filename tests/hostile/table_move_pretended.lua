-- expect: failed: memory
local hook = {}

function hook.execute(event)
    table.move(setmetatable({}, { __index = function() return 1 end }), 1, 9000000, 1, {})
end

return hook
