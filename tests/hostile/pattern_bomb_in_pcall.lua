-- expect: timeout
local hook = {}

function hook.execute(event)
    while true do pcall(string.match, ("a"):rep(4000), (".-"):rep(6) .. "b") end
end

return hook
