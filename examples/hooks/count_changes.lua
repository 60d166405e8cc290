-- Counts changes by path: the shortest form, a global function and the global `event`. A file of this form does not
-- say which events it wants, so that is said when it is added:
--
--   sloth-runner hook add count_changes --file examples/hooks/count_changes.lua --event 'file.*'

function on_event()
    -- increment is one step for the store: two runs at once never lose a count.
    local changes = state.increment("changes:" .. event.data.path)
    print(event.data.path .. ": change number " .. changes)
    return true
end
