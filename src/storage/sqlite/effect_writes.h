// The statements that change `state` and `effect_journal`, and dispatch events for runs. The
// writer's thread.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "ports/clock.h"
#include "ports/effects.h"
#include "storage/sqlite/event_writes.h"

namespace sloth {

class EffectWrites {
 public:
    static Result<std::unique_ptr<EffectWrites>> open(Database& db, EventWrites& events,
                                                      Clock& clock);

    // Applies what is not journalled yet, journals if the batch says so. One answer per effect.
    Result<std::vector<std::string>> apply(EffectBatch& batch);
    // The delivery has ended.
    Result<void> drop_journal(const std::string& delivery_id);

    void committed() { dropped_.clear(); }
    void rolled_back();

 private:
    EffectWrites(Database& db, EventWrites& events, Clock& clock)
        : db_(db), events_(events), clock_(clock) {}
    Result<void> prepare();
    Result<void> load_deliveries();

    Result<std::string> apply_one(InternalEffect& effect);
    Result<std::string> set(const InternalEffect& effect);
    Result<std::string> erase(const InternalEffect& effect);
    Result<std::string> increment(const InternalEffect& effect);
    Result<std::string> compare(const InternalEffect& effect);
    Result<std::string> dispatch(InternalEffect& effect);
    struct Stored {
        std::string value;
        std::optional<WallTime> expires_at;
    };
    Result<std::optional<Stored>> stored(const InternalEffect& effect);
    Result<void> put_state(const InternalEffect& effect, std::string_view value,
                           const std::optional<WallTime>& expires_at);
    Result<std::optional<std::string>> recorded(const std::string& delivery_id,
                                                const EffectKey& key);
    Result<void> journal(const std::string& delivery_id, const EffectKey& key,
                         std::string_view answer);

    Database& db_;
    EventWrites& events_;
    Clock& clock_;
    Statement put_state_, get_state_, erase_state_, drop_expired_;
    Statement get_journal_, put_journal_, drop_journal_;
    // Deliveries that may have journal rows (perhaps some that do not): most never have one, and
    // these must cost nothing.
    std::unordered_set<std::string> journalled_;
    std::vector<std::string> dropped_;  // from journalled_, in this transaction
};

}  // namespace sloth
