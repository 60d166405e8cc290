-- expect: success
local hook = {}

function hook.execute(event)
    event.dispatch(event.type, event.data)
    return true
end

return hook
