// The agent's store in memory, with faults at will. One thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "domain/event_importance.h"
#include "ports/watcher_store.h"

namespace sloth {

class MemoryWatcherStore final : public WatcherStore {
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
        if (fault) return std::unexpected(*fault);
        rows.try_emplace(spec.id, Row{{}, "", {spec.id, epoch_, since, since}}).first->second.spec =
            spec;
        return {};
    }
    Result<void> erase(std::string_view id) override {
        if (fault) return std::unexpected(*fault);
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
        if (fault) return std::unexpected(*fault);
        ++commits;
        for (const Observation& observation : observations) {
            for (const Event& event : observation.events) add(observation.watcher_id, event);
            if (rows.contains(observation.watcher_id)) take(observation);
        }
        return {};
    }
    Result<void> looked(std::span<const WatcherLook> looks) override {
        if (fault) return std::unexpected(*fault);
        for (const auto& look : looks) rows.contains(look.watcher_id) ? see(look) : void();
        return {};
    }
    const std::string& epoch() const override { return epoch_; }
    Result<std::vector<OutboxEntry>> unsent(uint64_t after, size_t limit, uint64_t bytes) override {
        std::vector<OutboxEntry> found;
        uint64_t sum = 0;
        for (const OutboxEntry& entry : outbox) {
            if (entry.sequence <= after) continue;
            sum += outbox_bytes(entry.event);
            if (found.size() == limit || (!found.empty() && sum > bytes)) break;
            found.push_back(entry);
        }
        return found;
    }
    Result<void> acknowledge(uint64_t up_to) override {
        if (fault) return std::unexpected(*fault);
        remove([&](const OutboxEntry& entry) { return entry.sequence <= up_to; });
        return {};
    }
    OutboxSize outbox_size() const override { return size_; }
    Result<std::vector<OutboxHead>> heads(Order order, size_t limit) override {
        std::vector<OutboxHead> all;
        for (const OutboxEntry& entry : outbox) {
            all.push_back({entry.sequence, entry.event.type, owners_.at(entry.sequence),
                           outbox_bytes(entry.event), entry.event.timestamp});
        }
        if (order == Order::expendable) {
            std::ranges::stable_sort(all, {}, [](auto& head) { return is_important(head.type); });
        }
        if (all.size() > limit) all.resize(limit);
        return all;
    }
    Result<void> drop(std::span<const uint64_t> gone, const Event& said) override {
        if (fault) return std::unexpected(*fault);
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
    std::vector<OutboxEntry> outbox;
    uint64_t last = 0;
    int commits = 0;
    std::optional<Error> fault;

 private:
    void add(const std::string& watcher_id, const Event& event) {
        outbox.push_back({++last, event});
        owners_[last] = watcher_id;
        ++size_.events;
        size_.bytes += outbox_bytes(event);
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
    void remove(auto which) {
        std::erase_if(outbox, [&](const OutboxEntry& entry) {
            if (!which(entry)) return false;
            owners_.erase(entry.sequence);
            --size_.events;
            size_.bytes -= outbox_bytes(entry.event);
            return true;
        });
    }

    std::string epoch_ = "epoch-1";
    std::map<uint64_t, std::string> owners_;  // sequence to watcher
    OutboxSize size_;
};

}  // namespace sloth
