-- expect: success
local hook = {}

function hook.execute(event)
    local addresses = {
        "169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "169.254.43518",
        "[::ffff:169.254.169.254]", "[fe80::1]", "user:pw@169.254.169.254",
    }
    for _, address in ipairs(addresses) do
        local response, why = http.get("http://" .. address .. "/latest/meta-data/", { timeout = 0.5 })
        assert(response == nil, "reached " .. address)
        print(address, why)
    end
    return true
end

return hook
