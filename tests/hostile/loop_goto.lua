-- expect: timeout
local hook = {}

function hook.execute(event)
    ::again::
    goto again
end

return hook
