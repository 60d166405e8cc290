-- expect: success
local hook = {}

function hook.execute(event)
    for _, value in ipairs({ {}, print, coroutine.create(print), function() end }) do
        assert(not tostring(value):find("0x", 1, true), tostring(value))
    end
    return true
end

return hook
