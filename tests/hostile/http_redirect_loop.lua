-- expect: failed: redirect
local hook = {}

function hook.execute(event)
    assert(http.get(event.data.sink .. "/loop"))
end

return hook
