-- expect: success
local hook = {}

function hook.execute(event)
    assert(regex.match("^(a+)+$", ("a"):rep(50000) .. "b") == nil or true)
    return true
end

return hook
