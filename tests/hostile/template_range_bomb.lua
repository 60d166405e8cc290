-- expect: timeout|failed: too|failed: more than|failed: steps|failed: memory
local hook = {}

function hook.execute(event)
    local list = {}
    for i = 1, 1000 do list[i] = i end
    assert(template.render(("{{range $}}"):rep(8) .. "x" .. ("{{end}}"):rep(8), list))
end

return hook
