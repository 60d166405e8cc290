-- expect: failed: inside one another
local hook = {}

function hook.execute(event)
    assert(template.render('{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}', {}))
end

return hook
