-- expect: failed: memory
local hook = {}

function hook.execute(event)
    local kept = {}
    while true do
        local co = coroutine.create(function() coroutine.yield(("x"):rep(1 << 16) .. #kept) end)
        kept[#kept + 1] = { co, select(2, coroutine.resume(co)) }
    end
end

return hook
