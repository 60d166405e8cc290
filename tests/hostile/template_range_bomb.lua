-- expect: failed: more than 1000000 steps
local hook = {}

function hook.execute(event)
    local list = {}
    for i = 1, 1000 do list[i] = i end
    assert(template.render(("{{range $}}"):rep(8) .. "x" .. ("{{end}}"):rep(8), list))
end

return hook
