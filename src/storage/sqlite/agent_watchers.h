// AgentWatcherStore over SQLite: the table agent_watchers of master.db. Any thread.
#pragma once

#include "ports/agent_watcher_store.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace sloth {

class SqliteAgentWatchers final : public AgentWatcherStore {
 public:
    SqliteAgentWatchers(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Result<std::vector<AgentWatcher>> list(std::string_view agent) override;
    Result<void> put(const AgentWatcher& watcher) override;
    Result<void> erase(std::string_view agent, std::string_view id) override;
    Result<StoredSequences> stored(std::string_view agent, std::string_view id,
                                   std::string_view epoch) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace sloth
