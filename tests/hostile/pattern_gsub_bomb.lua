-- expect: timeout
local hook = {}

function hook.execute(event)
    return ("a"):rep(4000):gsub((".-"):rep(6) .. "b", "")
end

return hook
