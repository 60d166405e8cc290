-- expect: failed: is longer than \d+ bytes
local hook = {}

function hook.execute(event)
    assert(http.get(event.data.sink .. "/endless"))
end

return hook
