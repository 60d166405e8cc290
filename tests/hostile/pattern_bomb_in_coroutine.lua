-- expect: timeout
local hook = {}

function hook.execute(event)
    coroutine.wrap(function() return ("a"):rep(40):find(("a-"):rep(40) .. "b") end)()
end

return hook
