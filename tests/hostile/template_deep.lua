-- expect: failed: inside one another
local hook = {}

function hook.execute(event)
    assert(template.render(("{{if .}}"):rep(8000) .. ("{{end}}"):rep(8000), {}))
end

return hook
