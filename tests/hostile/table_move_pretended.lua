-- expect: failed: memory|more than|table.move
local hook = {}

function hook.execute(event)
    table.move(setmetatable({}, { __index = function() return 1 end }), 1, 9000000, 1, {})
end

return hook
