-- expect: failed: larger|MiB|limit|too
local hook = {}

function hook.execute(event)
    assert(http.get(event.data.sink .. "/endless"))
end

return hook
