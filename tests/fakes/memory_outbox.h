// The outbox of the agent's store in memory: what waits, whose it is and what it takes. One thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "domain/event_importance.h"
#include "ports/watcher_store.h"

namespace sloth {

class MemoryOutbox {
 public:
    std::vector<OutboxEntry> outbox;
    uint64_t last = 0;

 protected:
    void add(const std::string& watcher_id, const Event& event) {
        outbox.push_back({++last, event});
        owners_[last] = watcher_id;
        ++size_.events;
        size_.bytes += outbox_bytes(event);
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
    std::vector<OutboxEntry> after(uint64_t sequence, size_t limit, uint64_t bytes) const {
        std::vector<OutboxEntry> found;
        uint64_t sum = 0;
        for (const OutboxEntry& entry : outbox) {
            if (entry.sequence <= sequence) continue;
            sum += outbox_bytes(entry.event);
            if (found.size() == limit || (!found.empty() && sum > bytes)) break;
            found.push_back(entry);
        }
        return found;
    }
    std::vector<OutboxHead> first(WatcherStore::Order order, size_t limit) const {
        std::vector<OutboxHead> all;
        for (const OutboxEntry& entry : outbox) {
            all.push_back({entry.sequence, entry.event.type, owners_.at(entry.sequence),
                           outbox_bytes(entry.event), entry.event.timestamp});
        }
        if (order == WatcherStore::Order::expendable) {
            std::ranges::stable_sort(all, {}, [](auto& head) { return is_important(head.type); });
        }
        if (all.size() > limit) all.resize(limit);
        return all;
    }

    std::map<uint64_t, std::string> owners_;  // sequence to watcher
    OutboxSize size_;
};

}  // namespace sloth
