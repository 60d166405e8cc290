-- expect: success
local hook = {}

function hook.execute(event)
    assert(table.concat({ "a", "b" }) == "ab" and math.stolen == nil and os.stolen == nil, "another run's table")
    table.concat = function() return "mine" end
    math.stolen, os.stolen, coroutine.resume, utf8.char = 1, 1, nil, nil
    return true
end

return hook
