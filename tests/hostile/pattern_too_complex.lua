-- expect: failed: too complex
local hook = {}

function hook.execute(event)
    return ("x"):rep(300000):match(("x?"):rep(300000))
end

return hook
