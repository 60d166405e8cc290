-- expect: failed: not a regular file
local hook = {}

function hook.execute(event)
    assert(file.read("/dev/zero"))
end

return hook
