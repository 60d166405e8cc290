#include "storage/sqlite/effect_writes.h"

#include "base/json.h"
#include "domain/state_number.h"
#include "storage/sqlite/rows.h"

namespace sloth {
namespace {

std::string failed_answer(Json first, const std::string& why) {
    return dump_json(Json::array({std::move(first), why}));
}

}  // namespace

Result<std::unique_ptr<EffectWrites>> EffectWrites::open(Database& db, EventWrites& events,
                                                         Clock& clock) {
    std::unique_ptr<EffectWrites> writes(new EffectWrites(db, events, clock));
    SLOTH_TRY_VOID(writes->prepare());
    SLOTH_TRY_VOID(writes->load_deliveries());
    return writes;
}

Result<void> EffectWrites::prepare() {
    SLOTH_TRY(put_state_, db_.prepare("INSERT OR REPLACE INTO state (stack, key, value, "
                                      "updated_at, expires_at) VALUES (?,?,?,?,?)"));
    SLOTH_TRY(get_state_, db_.prepare("SELECT value, expires_at FROM state WHERE stack=? AND key=? "
                                      "AND (expires_at IS NULL OR expires_at>?)"));
    SLOTH_TRY(erase_state_, db_.prepare("DELETE FROM state WHERE stack=? AND key=?"));
    SLOTH_TRY(drop_expired_,
              db_.prepare("DELETE FROM state WHERE (stack, key) IN (SELECT stack, key FROM state "
                          "WHERE expires_at<=? LIMIT 10)"));
    SLOTH_TRY(get_journal_, db_.prepare("SELECT answer FROM effect_journal WHERE delivery_id=? AND "
                                        "fingerprint=? AND occurrence=?"));
    SLOTH_TRY(put_journal_,
              db_.prepare("INSERT INTO effect_journal (delivery_id, fingerprint, occurrence, "
                          "answer) VALUES (?,?,?,?) ON CONFLICT DO NOTHING"));
    SLOTH_TRY(drop_journal_, db_.prepare("DELETE FROM effect_journal WHERE delivery_id=?"));
    return {};
}

Result<void> EffectWrites::load_deliveries() {
    SLOTH_TRY(Statement all, db_.prepare("SELECT DISTINCT delivery_id FROM effect_journal"));
    for (;;) {
        SLOTH_TRY(const bool row, all.step());
        if (!row) return {};
        journalled_.insert(all.text(0));
    }
}

Result<std::vector<std::string>> EffectWrites::apply(EffectBatch& batch) {
    std::vector<std::string> answers;
    answers.reserve(batch.effects.size());
    const bool may_repeat = journalled_.contains(batch.delivery_id);
    if (batch.journal && !may_repeat && !(batch.effects.empty() && batch.answers.empty())) {
        journalled_.insert(batch.delivery_id);
    }
    for (InternalEffect& effect : batch.effects) {
        if (may_repeat) {
            SLOTH_TRY(auto known, recorded(batch.delivery_id, effect.key));
            if (known) {
                answers.push_back(std::move(*known));
                continue;
            }
        }
        SLOTH_TRY(std::string answer, apply_one(effect));
        if (batch.journal) SLOTH_TRY_VOID(journal(batch.delivery_id, effect.key, answer));
        answers.push_back(std::move(answer));
    }
    if (batch.journal) {
        for (const JournalRow& row : batch.answers) {
            SLOTH_TRY_VOID(journal(batch.delivery_id, row.key, row.answer));
        }
    }
    return answers;
}

Result<std::string> EffectWrites::apply_one(InternalEffect& effect) {
    switch (effect.kind) {
        case InternalEffect::Kind::state_set:
            return set(effect);
        case InternalEffect::Kind::state_delete:
            return erase(effect);
        case InternalEffect::Kind::state_increment:
            return increment(effect);
        case InternalEffect::Kind::state_compare:
            return compare(effect);
        case InternalEffect::Kind::dispatch:
            return dispatch(effect);
    }
    return fail(Code::failed, "an effect of no known kind");
}

Result<std::string> EffectWrites::set(const InternalEffect& effect) {
    SLOTH_TRY_VOID(put_state(effect, effect.value, effect.expires_at));
    return "[true]";
}

Result<std::string> EffectWrites::erase(const InternalEffect& effect) {
    SLOTH_TRY(const auto before, stored(effect));
    SLOTH_TRY_VOID(erase_state_.bind(1, effect.stack).bind(2, effect.state_key).run());
    return before ? "[true]" : "[false]";
}

Result<std::string> EffectWrites::increment(const InternalEffect& effect) {
    SLOTH_TRY(const auto before, stored(effect));
    const std::string value = before ? before->value : "0";
    const auto sum = add_json_numbers(value, effect.value);
    if (!sum) {
        return failed_answer(
            nullptr, add_json_numbers(value, "0")
                         ? fmt::format("state key '{}' cannot grow by {}: {}", effect.state_key,
                                       effect.value, sum.error().message)
                         : fmt::format("state key '{}' holds no number", effect.state_key));
    }
    SLOTH_TRY_VOID(put_state(effect, *sum, before ? before->expires_at : std::nullopt));
    return fmt::format("[{}]", *sum);
}

// Values are compared as they are written: equal values have equal text (keys are sorted).
Result<std::string> EffectWrites::compare(const InternalEffect& effect) {
    SLOTH_TRY(const auto before, stored(effect));
    const bool same = before.has_value() == effect.expected.has_value() &&
                      (!before || before->value == *effect.expected);
    if (!same) return "[false]";
    SLOTH_TRY_VOID(put_state(effect, effect.value, effect.expires_at));
    return "[true]";
}

Result<std::optional<EffectWrites::Stored>> EffectWrites::stored(const InternalEffect& effect) {
    get_state_.bind(1, effect.stack).bind(2, effect.state_key).bind(3, to_micros(clock_.wall()));
    SLOTH_TRY(const bool exists, get_state_.step());
    if (!exists) return std::optional<Stored>();
    Stored out{get_state_.text(0), read_time(get_state_, 1)};
    get_state_.reset();
    return out;
}

Result<std::string> EffectWrites::dispatch(InternalEffect& effect) {
    SLOTH_TRY(const auto appended, events_.insert(effect.event));
    if (!appended) return failed_answer(false, appended.error().message);
    return dump_json(Json::array({true, appended->id}));
}

Result<void> EffectWrites::put_state(const InternalEffect& effect, std::string_view value,
                                     const std::optional<WallTime>& expires_at) {
    put_state_.bind(1, effect.stack)
        .bind(2, effect.state_key)
        .bind(3, value)
        .bind(4, to_micros(clock_.wall()));
    bind_time(put_state_, 5, expires_at);
    SLOTH_TRY_VOID(put_state_.run());
    // Whoever puts in what ends takes out what has ended: more goes than comes.
    return expires_at ? drop_expired_.bind(1, to_micros(clock_.wall())).run() : Result<void>();
}

Result<std::optional<std::string>> EffectWrites::recorded(const std::string& delivery_id,
                                                          const EffectKey& key) {
    get_journal_.bind(1, delivery_id).bind(2, key.fingerprint).bind(3, int64_t(key.occurrence));
    SLOTH_TRY(const bool row, get_journal_.step());
    if (!row) return std::optional<std::string>();
    std::string answer = get_journal_.text(0);
    get_journal_.reset();
    return answer;
}

Result<void> EffectWrites::journal(const std::string& delivery_id, const EffectKey& key,
                                   std::string_view answer) {
    return put_journal_.bind(1, delivery_id)
        .bind(2, key.fingerprint)
        .bind(3, int64_t(key.occurrence))
        .bind(4, answer)
        .run();
}

Result<void> EffectWrites::drop_journal(const std::string& delivery_id) {
    if (journalled_.erase(delivery_id) == 0) return {};
    dropped_.push_back(delivery_id);
    return drop_journal_.bind(1, delivery_id).run();
}

void EffectWrites::rolled_back() {
    for (std::string& id : dropped_) journalled_.insert(std::move(id));
    dropped_.clear();
}

}  // namespace sloth
