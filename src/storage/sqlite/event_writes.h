// The statements that change the tables events, event_dedup and agent_positions, and what they must
// remember between transactions: the next number, how many events a root has. The writer's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ports/event_store.h"
#include "storage/sqlite/database.h"

namespace sloth {

class EventWrites {
 public:
    static Result<std::unique_ptr<EventWrites>> open(Database& db);

    // Outer error: the transaction cannot go on. Inner: this event is not stored, the others may
    // be. Gives `event` its seq and remembers it in accepted() if it is new.
    Result<Result<Appended>> insert(Event& event);
    Result<AppendResults> append(std::vector<Event>& events,
                                 const std::optional<AgentPosition>& position);

    Result<void> finish(const EventFinish& finish);
    Result<void> set_processing(int64_t seq);
    Result<void> set_pending(int64_t seq);
    Result<void> count_recovery(int64_t seq);

    int64_t last_seq() const { return last_seq_; }

    // The new events of this transaction, in acceptance order. Their owners outlive it.
    const std::vector<Event*>& accepted() const { return accepted_; }
    void committed();
    void rolled_back();

 private:
    explicit EventWrites(Database& db) : db_(db) {}
    Result<void> prepare();

    Result<std::optional<Result<Appended>>> find_by_dedup_key(const Event& event);
    Result<void> insert_dedup(const Event& event);
    Result<bool> root_is_full(const std::string& root_id);
    Result<int64_t> insert_row(const Event& event);  // rows: 0 if the id is taken
    Result<Result<Appended>> same_or_conflict(const Event& event);
    struct Coverage {
        size_t events = 0;     // from the front: stored before
        bool advances = true;  // whether the stored position is to be replaced
    };
    Result<Coverage> coverage(size_t events, const AgentPosition& position);
    Result<Appended> stored_before(const Event& event);

    Database& db_;
    Statement insert_, same_by_id_, same_by_key_, seq_by_id_, put_dedup_, count_root_;
    Statement finish_, status_, pending_, recovery_, get_position_, put_position_;
    int64_t last_seq_ = 0;
    int64_t committed_seq_ = 0;
    std::vector<Event*> accepted_;
    // Events with depth > 0 by root, as far as known. Bounded: emptied when it grows too large.
    std::unordered_map<std::string, int64_t> root_counts_;
};

}  // namespace sloth
