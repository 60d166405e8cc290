// What the broker knows of one live delivery: the answers that it has given (the effect log), the
// changes that wait for their commit, what this attempt sees of its own writes, and what is under
// way outside. It outlives attempts: a rerun finds its answers here. Logic only; the runner's
// thread. Source: architecture.md 3, "Deliveries".
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/redactor.h"
#include "ports/effects.h"
#include "runner/fingerprint.h"
#include "runner/ongoing.h"

namespace sloth {

constexpr size_t kMaxBufferedOps = 1000;
constexpr size_t kMaxBufferedBytes = 1 << 20;
constexpr size_t kMaxLogBytes = 4 << 20;  // of answers kept in memory, saved and unsaved each

class Delivery {
 public:
    // Counts: the same call again has the next occurrence.
    CallKey next_key(uint64_t fingerprint) { return {fingerprint, occurrences_[fingerprint]++}; }

    // The log.
    const std::string* answer(const CallKey& key) const;
    void remember(const CallKey& key, std::string answer);
    void load(const std::vector<JournalRow>& rows);
    // Some saved answers were forgotten to bound the memory: the journal has them.
    bool needs_journal() const { return forgot_; }
    std::vector<JournalRow> unsaved() const;

    // The buffer.
    void buffer(InternalEffect effect);
    bool has_changes() const { return !buffer_.empty(); }
    bool flush_due() const;
    // True if something must be durable before the next step outside.
    bool must_flush() const { return has_changes() || unsaved_bytes_ > kMaxLogBytes; }
    // Moves into flight; one flush at a time. Its answers become part of the log.
    EffectBatch take_flush(const std::string& delivery_id);
    bool flushing() const { return flushing_; }
    void flushed(const std::vector<std::string>& answers);
    void flush_failed();
    void drop_change(const CallKey& key);  // one that was not told to the script
    // The rest, to be committed with the end record. No journal: nobody will ask again.
    EffectBatch final_batch(std::string delivery_id);

    // Reads its own writes: null if this attempt has not written `key`; an empty optional if it
    // deleted it.
    const std::optional<std::string>* written(const std::string& key) const;
    const std::map<std::string, std::optional<std::string>>& overlay() const { return overlay_; }

    // Secrets that the run has read: what leaves it as text does not hold them any more.
    void add_secret(std::string_view name, std::string_view value) { redactor_.add(name, value); }
    std::string redact(std::string text) const { return redactor_.redact(std::move(text)); }

    // Under way outside.
    void add(const CallKey& key, std::shared_ptr<Ongoing> ongoing);
    bool is_ongoing(const CallKey& key) const;
    std::shared_ptr<Ongoing> take_ongoing(const CallKey& key);
    std::vector<std::shared_ptr<Ongoing>> take_all_ongoing();

    // A new attempt begins: drops the buffer, keeps the log and what is under way.
    void restart();

 private:
    struct Logged {
        std::string answer;
        bool saved = false;
    };
    void log(const CallKey& key, std::string answer, bool saved);
    void forget_saved();

    std::unordered_map<uint64_t, uint32_t> occurrences_;
    std::unordered_map<CallKey, Logged> log_;
    size_t saved_bytes_ = 0;
    size_t unsaved_bytes_ = 0;
    bool forgot_ = false;

    std::vector<InternalEffect> buffer_;
    size_t buffered_bytes_ = 0;
    std::map<std::string, std::optional<std::string>> overlay_;
    bool flushing_ = false;
    bool restarted_in_flight_ = false;
    std::vector<InternalEffect> in_flight_;
    std::vector<CallKey> answers_in_flight_;

    std::vector<std::pair<CallKey, std::shared_ptr<Ongoing>>> ongoing_;
    Redactor redactor_;
};

}  // namespace sloth
