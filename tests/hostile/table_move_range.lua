-- expect: failed: table.move: more than
local hook = {}

function hook.execute(event)
    table.move({}, 1, 2000000000, 2)
end

return hook
