-- expect: timeout
local hook = {}

function hook.execute(event)
    time.sleep(1000000)
end

return hook
