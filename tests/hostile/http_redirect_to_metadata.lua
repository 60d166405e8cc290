-- expect: success
local hook = {}

function hook.execute(event)
    local response, why = http.get(event.data.sink .. "/redirect?http://169.254.169.254/latest/meta-data/")
    assert(response == nil and why:find("169.254", 1, true), why)
    response, why = http.get(event.data.sink .. "/redirect?file:///etc/passwd")
    assert(response == nil, why)
    return true
end

return hook
