-- expect: failed: invalid conversion
local hook = {}

function hook.execute(event)
    return ("%99999999d"):format(1)
end

return hook
