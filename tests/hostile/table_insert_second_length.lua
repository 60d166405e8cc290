-- expect: timeout
local hook = {}

function hook.execute(event)
    -- It tells the check one length and the function behind the check another one.
    local calls = 0
    local t = setmetatable({}, { __len = function()
        calls = calls + 1
        return calls == 1 and 1 or 1 << 40
    end })
    table.insert(t, 1, "x")
    error("contained")
end

return hook
