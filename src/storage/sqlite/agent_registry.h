// AgentStore over SQLite: the agents as the master knows them. (What an agent keeps on its own disk
// is elsewhere.) Any thread.
#pragma once

#include "ports/agent_store.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace sloth {

class SqliteAgentRegistry final : public AgentStore {
 public:
    SqliteAgentRegistry(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    // registered_at of a known agent stays the first one.
    Result<bool> upsert(const Agent& agent) override;
    Result<void> set_status(std::string_view name, AgentStatus status,
                            WallTime last_heartbeat) override;
    Result<Agent> get(std::string_view name) override;
    Result<std::vector<Agent>> list() override;
    Result<void> erase(std::string_view name) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace sloth
