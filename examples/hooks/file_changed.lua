-- Says what happened to a watched file. A first hook to read: it is the form that names everything itself.
--
--   sloth-runner hook add examples/hooks/file_changed.lua
--   sloth-runner agent watcher create AGENT --type file --path /etc/nginx --when created,changed,deleted

local words = {
    ["file.created"] = "appeared",
    ["file.modified"] = "changed",
    ["file.deleted"] = "went away",
    ["file.renamed"] = "got another name",
}

return {
    name = "file_changed",
    description = "Says what happened to a watched file",
    event_types = { "file.created", "file.modified", "file.deleted", "file.renamed" },

    execute = function(event)
        local data = event.data
        log.info(data.path .. " " .. words[event.type], { agent = event.agent_name })

        if data.old_size and data.new_size then
            local grown = data.new_size - data.old_size
            log.info(string.format("%d bytes, %+d", data.new_size, grown))
        end
        -- The hashes are there when the watcher was created with --check-hash.
        if data.new_hash then
            log.info("now " .. data.new_hash:sub(1, 8))
        end
        return true, words[event.type]
    end,
}
