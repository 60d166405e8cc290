-- expect: success
local hook = {}

function hook.execute(event)
    local chunk, why = load("\27Lua\x54\0\x19\x93\r\n\x1a\n", "x", "b")
    assert(chunk == nil and why:find("binary"), why)
    chunk, why = load(function() return nil end, "x", "b")
    local pieces = { "\27", "Lua" }
    chunk, why = load(function() return table.remove(pieces, 1) end, "x", "bt")
    assert(chunk == nil and why:find("binary"), why)
    return true
end

return hook
