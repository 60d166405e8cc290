-- expect: success
local hook = {}

function hook.execute(event)
    assert(leaked == nil and pcall(error) == false and type(print) == "function", "another run's global")
    leaked, pcall, print, _G.type = 1, nil, nil, nil
    setmetatable(_G, { __index = function() return "mine" end, __newindex = function() end })
    return true
end

return hook
