-- expect: success
local hook = {}

function hook.execute(event)
    local names = { "json", "state", "log", "exec", "http", "crypto", "file", "event", "time", "regex", "yaml" }
    for _, name in ipairs(names) do
        local module = require(name)
        assert(module.stolen == nil, "another run's " .. name)
        pcall(function() module.stolen = 1 end)
        pcall(setmetatable, module, { __index = function() return "mine" end })
        pcall(rawset, module, "encode", 1)
    end
    return true
end

return hook
