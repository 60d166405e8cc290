-- expect: success
local hook = {}

function hook.execute(event)
    local chunk, why = loadstring("\27Lua\x54\0\x19\x93\r\n\x1a\n")
    assert(chunk == nil and why:find("binary"), why)
    assert(string.dump == nil and dofile == nil and loadfile == nil)
    return true
end

return hook
