-- expect: failed: deep|nest|depth|too
local hook = {}

function hook.execute(event)
    assert(template.render(("{{if .}}"):rep(100000) .. ("{{end}}"):rep(100000), {}))
end

return hook
