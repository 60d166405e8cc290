-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do http.get(event.data.sink .. "/slow", { timeout = 0.4 }) end
end

return hook
