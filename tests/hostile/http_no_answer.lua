-- expect: timeout
local hook = {}

function hook.execute(event)
    http.get(event.data.sink .. "/never")
end

return hook
