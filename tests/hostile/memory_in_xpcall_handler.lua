-- expect: failed: memory
local hook = {}

function hook.execute(event)
    while true do
        xpcall(error, function()
            local t = {}
            while true do t[#t + 1] = ("x"):rep(1 << 16) .. #t end
        end)
    end
end

return hook
