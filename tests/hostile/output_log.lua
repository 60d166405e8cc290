-- expect: success
local hook = {}

function hook.execute(event)
    for i = 1, 5000 do log.info(("x"):rep(100), { i = i, text = ("y"):rep(1000) }) end
    return true
end

return hook
