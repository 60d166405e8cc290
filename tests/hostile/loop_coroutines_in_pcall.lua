-- expect: timeout
local hook = {}

function hook.execute(event)
    local function nest(depth)
        if depth == 0 then
            while true do end
        end
        pcall(coroutine.wrap(nest), depth - 1)
        while true do end
    end
    nest(50)
end

return hook
