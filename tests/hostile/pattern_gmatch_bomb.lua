-- expect: timeout
local hook = {}

function hook.execute(event)
    for found in ("a"):rep(40):gmatch(("a?"):rep(40) .. ("a"):rep(40)) do print(found) end
end

return hook
