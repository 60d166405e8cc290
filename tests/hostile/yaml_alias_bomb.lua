-- expect: failed: more than 200000 values
local hook = {}

function hook.execute(event)
    local lines = { "a0: &a0 [x, x, x, x, x, x, x, x, x]" }
    for i = 1, 12 do
        local before = "*a" .. i - 1
        lines[#lines + 1] = ("a%d: &a%d [%s]"):format(i, i, (before .. ", "):rep(8) .. before)
    end
    assert(yaml.decode(table.concat(lines, "\n")))
end

return hook
