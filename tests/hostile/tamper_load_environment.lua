-- expect: success
local hook = {}

function hook.execute(event)
    assert(load("return leaked_by_load")() == nil, "another run's global")
    load("leaked_by_load = 1")()
    assert(load("return leaked_here", "x", "t", {})() == nil)
    for _, name in ipairs({ "io", "package", "debug.sethook", "debug.getregistry", "os.execute", "os.exit" }) do
        assert(load("return " .. name)() == nil, name)
    end
    return true
end

return hook
