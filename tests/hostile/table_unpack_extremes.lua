-- expect: failed: unpack
local hook = {}

function hook.execute(event)
    table.unpack({}, math.mininteger, math.maxinteger)
end

return hook
