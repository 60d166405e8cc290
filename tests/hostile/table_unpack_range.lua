-- expect: failed: unpack
local hook = {}

function hook.execute(event)
    table.unpack({}, 1, 1000000000)
end

return hook
