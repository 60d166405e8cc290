-- Writes down each failed task of the stack "production", as a message that a chat would take.
--
--   sloth-runner hook add examples/hooks/notify_on_failure.lua
--   sloth-runner events dispatch task.failed --stack production --data @failed.json

local json = require("json")
local state = require("state")

local hook = {
    name = "notify_on_failure",
    description = "Writes a message about each failed task",
    event_type = "task.failed",
    stack = "production", -- events of other stacks are not ours
}

function hook.execute(event)
    local task = event.data.task
    if type(task) ~= "table" or not task.task_name then
        -- The record then shows this reason with the file and the line.
        error("the event has no data.task.task_name")
    end

    local message = {
        text = string.format("Task %s failed on %s", task.task_name, task.agent_name or "an unknown agent"),
        fields = {
            { title = "Error", value = task.error },
            { title = "Duration", value = task.duration },
            { title = "Exit code", value = tostring(task.exit_code) },
        },
    }
    print(json.encode(message))

    -- What a hook writes into the state, the next run of any hook of this stack can read.
    state.set("last_failure", { task = task.task_name, event = event.id })
    return true, "told about " .. task.task_name
end

return hook
