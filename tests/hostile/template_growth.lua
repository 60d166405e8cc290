-- expect: failed: grows over
local hook = {}

function hook.execute(event)
    assert(template.render('{{range .}}{{printf "%1000000d" .}}{{end}}', { 1, 2, 3, 4, 5, 6, 7, 8, 9 }))
end

return hook
