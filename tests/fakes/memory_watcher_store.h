// The agent's store in memory, with faults at will. One thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "ports/watcher_store.h"

namespace sloth {

class MemoryWatcherStore final : public WatcherStore {
 public:
    Result<std::vector<WatcherSpec>> watchers() override {
        std::vector<WatcherSpec> all;
        for (const auto& [_, row] : rows) all.push_back(row.spec);
        return all;
    }
    Result<void> save(const WatcherSpec& spec) override {
        if (fault) return std::unexpected(*fault);
        rows[spec.id].spec = spec;
        return {};
    }
    Result<void> erase(std::string_view id) override {
        rows.erase(std::string(id));
        return {};
    }
    Result<std::optional<std::string>> baseline(std::string_view id) override {
        const auto it = rows.find(std::string(id));
        if (it == rows.end() || it->second.baseline.empty()) return std::nullopt;
        return it->second.baseline;
    }
    Result<void> store(std::span<const Observation> observations) override {
        if (fault) return std::unexpected(*fault);
        ++commits;
        for (const Observation& observation : observations) {
            for (const Event& event : observation.events) outbox.push_back({++last, event});
            const auto it = rows.find(observation.watcher_id);
            if (it != rows.end()) it->second.baseline = observation.baseline;
        }
        return {};
    }
    const std::string& epoch() const override { return epoch_; }
    Result<std::vector<OutboxEntry>> unsent(uint64_t after, size_t limit) override {
        std::vector<OutboxEntry> found;
        for (const OutboxEntry& entry : outbox) {
            if (entry.sequence > after && found.size() < limit) found.push_back(entry);
        }
        return found;
    }
    Result<void> acknowledge(uint64_t up_to) override {
        std::erase_if(outbox, [&](const OutboxEntry& entry) { return entry.sequence <= up_to; });
        return {};
    }
    Result<size_t> outbox_size() override { return outbox.size(); }

    struct Row {
        WatcherSpec spec;
        std::string baseline;
    };
    std::map<std::string, Row> rows;
    std::vector<OutboxEntry> outbox;
    uint64_t last = 0;
    int commits = 0;
    std::optional<Error> fault;

 private:
    std::string epoch_ = "epoch-1";
};

}  // namespace sloth
