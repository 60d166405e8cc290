// An AgentWatcherStore in memory. Any thread.
#pragma once

#include <algorithm>
#include <map>

#include "base/guarded.h"
#include "ports/agent_watcher_store.h"

namespace sloth {

class MemoryAgentWatchers final : public AgentWatcherStore {
 public:
    Result<std::vector<AgentWatcher>> list(std::string_view agent) override {
        return rows_.with([&](const Rows& rows) {
            std::vector<AgentWatcher> all;
            for (const auto& [key, row] : rows) {
                if (key.first == agent) all.push_back(row);
            }
            std::ranges::stable_sort(all, {}, [](const AgentWatcher& row) {
                return std::pair(row.spec.created_at, row.spec.id);
            });
            return all;
        });
    }
    Result<void> put(const AgentWatcher& watcher) override {
        rows_.with([&](Rows& rows) {
            AgentWatcher row = watcher;
            row.spec.last_check.reset();
            row.spec.last_event.reset();
            row.spec.last_error.clear();
            rows[{watcher.agent, watcher.spec.id}] = std::move(row);
        });
        return {};
    }
    Result<void> erase(std::string_view agent, std::string_view id) override {
        rows_.with([&](Rows& rows) { rows.erase({std::string(agent), std::string(id)}); });
        return {};
    }
    Result<StoredSequences> stored(std::string_view, std::string_view, std::string_view) override {
        return sequences;
    }

    StoredSequences sequences;

 private:
    using Rows = std::map<std::pair<std::string, std::string>, AgentWatcher>;
    Guarded<Rows> rows_;
};

}  // namespace sloth
