-- expect: timeout
local hook = {}

function hook.execute(event)
    return ("a"):rep(30):find(("a?"):rep(30) .. ("a"):rep(30))
end

return hook
