-- expect: failed: more than 10 redirects
local hook = {}

function hook.execute(event)
    assert(http.get(event.data.sink .. "/loop"))
end

return hook
