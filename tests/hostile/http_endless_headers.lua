-- expect: failed: failure when receiving
local hook = {}

function hook.execute(event)
    assert(http.get(event.data.sink .. "/headers"))
end

return hook
