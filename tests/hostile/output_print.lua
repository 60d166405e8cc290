-- expect: success|timeout
local hook = {}

function hook.execute(event)
    for _ = 1, 20000 do print(("x"):rep(1000)) end
    return true
end

return hook
