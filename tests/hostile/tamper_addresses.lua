-- expect: success
local hook = {}

function hook.execute(event)
    for _, value in ipairs({ {}, print, coroutine.create(print), function() end }) do
        -- A number in order of asking, no place in memory.
        local number = tostring(value):match("0x(%x+)")
        assert(tonumber(number, 16) < 1000, tostring(value))
    end
    return true
end

return hook
