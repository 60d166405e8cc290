-- expect: failed: deeper than 64
local hook = {}

function hook.execute(event)
    assert(yaml.decode(("["):rep(100000) .. ("]"):rep(100000)))
end

return hook
