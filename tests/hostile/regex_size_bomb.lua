-- expect: failed: invalid repetition size
local hook = {}

function hook.execute(event)
    assert(regex.match("((a{1,100}){1,100}){1,100}", ("a"):rep(1000)))
end

return hook
