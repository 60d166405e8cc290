-- expect: failed: deep|nest|depth
local hook = {}

function hook.execute(event)
    assert(yaml.decode(("["):rep(100000) .. ("]"):rep(100000)))
end

return hook
