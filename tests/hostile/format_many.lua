-- expect: failed: memory
local hook = {}

function hook.execute(event)
    return #(("%99.99f"):rep(1000000)):format(table.unpack({}, 1, 1000))
end

return hook
