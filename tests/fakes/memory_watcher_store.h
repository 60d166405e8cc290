// The agent's store in memory, with faults at will. One thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "ports/watcher_store.h"
#include "tests/fakes/memory_outbox.h"

namespace sloth {

class MemoryWatcherStore final : public WatcherStore, public MemoryOutbox {
 public:
    struct Row {
        WatcherSpec spec;
        std::string baseline = {};
        WatcherRecord record = {};
    };

    Result<std::vector<WatcherSpec>> watchers() override {
        std::vector<WatcherSpec> all;
        for (const auto& [_, row] : rows) all.push_back(row.spec);
        return all;
    }
    Result<void> save(const WatcherSpec& spec, WallTime since) override {
        SLOTH_TRY_VOID(write());
        rows.try_emplace(spec.id, Row{{}, "", {spec.id, epoch_, since, since}}).first->second.spec =
            spec;
        return {};
    }
    Result<void> save_anew(const WatcherSpec& spec, WallTime since) override {
        SLOTH_TRY_VOID(save(spec, since));
        rows.at(spec.id).baseline.clear();
        return {};
    }
    Result<void> erase(std::string_view id) override {
        SLOTH_TRY_VOID(write());
        if (rows.erase(std::string(id)) == 0)
            return fail(Code::not_found, "no watcher with the id '{}'", id);
        return {};
    }
    Result<std::optional<std::string>> baseline(std::string_view id) override {
        const auto it = rows.find(std::string(id));
        return it == rows.end() || it->second.baseline.empty() ? std::nullopt
                                                               : std::optional(it->second.baseline);
    }
    Result<WatcherRecord> record(std::string_view id) override {
        const auto it = rows.find(std::string(id));
        if (it == rows.end()) return fail(Code::not_found, "no watcher with the id '{}'", id);
        WatcherRecord record = it->second.record;
        record.waiting = std::ranges::count(owners_, id, [](const auto& o) { return o.second; });
        return record;
    }
    Result<void> store(std::span<const Observation> observations) override {
        SLOTH_TRY_VOID(write());
        ++commits;
        for (const Observation& observation : observations) {
            for (const Event& event : observation.events) add(observation.watcher_id, event);
            if (rows.contains(observation.watcher_id)) take(observation);
        }
        return {};
    }
    Result<void> looked(std::span<const WatcherLook> looks) override {
        SLOTH_TRY_VOID(write());
        for (const auto& look : looks) rows.contains(look.watcher_id) ? see(look) : void();
        return {};
    }
    const std::string& epoch() const override { return epoch_; }
    Result<std::vector<OutboxEntry>> unsent(uint64_t after, size_t limit, uint64_t bytes) override {
        return MemoryOutbox::after(after, limit, bytes);
    }
    Result<void> acknowledge(uint64_t up_to) override {
        SLOTH_TRY_VOID(write());
        remove([&](const OutboxEntry& entry) { return entry.sequence <= up_to; });
        return {};
    }
    OutboxSize outbox_size() const override { return size_; }
    Result<std::vector<OutboxHead>> heads(Order order, size_t limit) override {
        return first(order, limit);
    }
    Result<void> drop(std::span<const uint64_t> gone, const Event& said) override {
        SLOTH_TRY_VOID(write());
        remove([&](const OutboxEntry& entry) {
            if (std::ranges::find(gone, entry.sequence) == gone.end()) return false;
            const auto it = rows.find(owners_.at(entry.sequence));
            if (it != rows.end()) ++it->second.record.dropped;
            return ++size_.dropped > 0;
        });
        add("", said);
        return {};
    }

    std::map<std::string, Row> rows;
    int commits = 0;
    std::optional<Error> fault;
    int spare = 0;  // so many writes succeed in spite of it

 private:
    Result<void> write() {
        if (!fault || spare-- > 0) return {};
        return std::unexpected(*fault);
    }
    void see(const WatcherLook& look) {
        Row& row = rows.at(look.watcher_id);
        row.spec.last_check = row.record.until = look.at;
    }
    void take(const Observation& seen) {
        Row& row = rows.at(seen.watcher_id);
        row.baseline = seen.baseline.value_or(row.baseline);
        if (seen.looked) see({seen.watcher_id, *seen.looked});
        row.record.sequence += int64_t(seen.events.size());
        for (const Event& event : seen.events) row.spec.last_event = event.timestamp;
        auto& doubts = row.record.doubts;
        doubts.insert(doubts.end(), seen.doubts.begin(), seen.doubts.end());
        if (doubts.size() > 100) doubts.erase(doubts.begin(), doubts.end() - 100);
    }

    std::string epoch_ = "epoch-1";
};

}  // namespace sloth
