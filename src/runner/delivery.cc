#include "runner/delivery.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace sloth {
namespace {

constexpr size_t kEntryBytes = 96;  // of a log entry beside its text

size_t size_of(const InternalEffect& effect) {
    return kEntryBytes + effect.state_key.size() + effect.value.size() + effect.event.data.size();
}

}  // namespace

const std::string* Delivery::answer(const CallKey& key) const {
    const auto found = log_.find(key);
    return found == log_.end() ? nullptr : &found->second.answer;
}

void Delivery::log(const CallKey& key, std::string answer, bool saved) {
    const size_t bytes = answer.size() + kEntryBytes;
    if (!log_.try_emplace(key, Logged{std::move(answer), saved}).second) return;
    (saved ? saved_bytes_ : unsaved_bytes_) += bytes;
}

void Delivery::remember(const CallKey& key, std::string answer) {
    log(key, std::move(answer), false);
}

void Delivery::load(const std::vector<JournalRow>& rows) {
    for (const JournalRow& row : rows) log(from_effect_key(row.key), row.answer, true);
    forgot_ = false;
}

std::vector<JournalRow> Delivery::unsaved() const {
    std::vector<JournalRow> out;
    for (const auto& [key, logged] : log_) {
        if (!logged.saved) out.push_back({to_effect_key(key), logged.answer});
    }
    return out;
}

void Delivery::buffer(InternalEffect effect) {
    using enum InternalEffect::Kind;
    if (effect.kind == state_set) overlay_[effect.state_key] = effect.value;
    if (effect.kind == state_delete) overlay_[effect.state_key] = std::nullopt;
    buffered_bytes_ += size_of(effect);
    buffer_.push_back(std::move(effect));
}

bool Delivery::flush_due() const {
    return buffer_.size() >= kMaxBufferedOps || buffered_bytes_ >= kMaxBufferedBytes ||
           unsaved_bytes_ > kMaxLogBytes;
}

EffectBatch Delivery::take_flush(const std::string& delivery_id) {
    CHECK(!flushing_);
    flushing_ = true;
    restarted_in_flight_ = false;
    in_flight_ = std::exchange(buffer_, {});
    buffered_bytes_ = 0;
    EffectBatch batch{delivery_id, in_flight_, {}, true};
    answers_in_flight_.clear();
    for (const auto& [key, logged] : log_) {
        if (logged.saved) continue;
        answers_in_flight_.push_back(key);
        batch.answers.push_back({to_effect_key(key), logged.answer});
    }
    return batch;
}

void Delivery::flushed(const std::vector<std::string>& answers) {
    flushing_ = false;
    for (const CallKey& key : answers_in_flight_) {
        Logged& logged = log_.at(key);
        if (logged.saved) continue;
        logged.saved = true;
        unsaved_bytes_ -= logged.answer.size() + kEntryBytes;
        saved_bytes_ += logged.answer.size() + kEntryBytes;
    }
    for (size_t i = 0; i < in_flight_.size() && i < answers.size(); ++i) {
        log(from_effect_key(in_flight_[i].key), answers[i], true);
    }
    in_flight_.clear();
    // What was written is in the store now, and others may write it again.
    if (!restarted_in_flight_) overlay_.clear();
    if (saved_bytes_ > kMaxLogBytes) forget_saved();
}

void Delivery::flush_failed() {
    flushing_ = false;
    if (!restarted_in_flight_) {
        buffer_ = std::move(in_flight_);
        for (const InternalEffect& effect : buffer_) buffered_bytes_ += size_of(effect);
    }
    in_flight_.clear();
}

void Delivery::drop_change(const CallKey& key) {
    std::vector<InternalEffect> rest = std::exchange(buffer_, {});
    std::erase_if(rest, [wanted = to_effect_key(key)](const auto& e) { return e.key == wanted; });
    buffered_bytes_ = 0;
    overlay_.clear();
    for (InternalEffect& effect : rest) buffer(std::move(effect));
}

void Delivery::forget_saved() {
    std::erase_if(log_, [](const auto& entry) { return entry.second.saved; });
    saved_bytes_ = 0;
    forgot_ = true;
}

EffectBatch Delivery::final_batch(std::string delivery_id) {
    EffectBatch batch{std::move(delivery_id), std::exchange(buffer_, {}), {}, false};
    buffered_bytes_ = 0;
    overlay_.clear();
    return batch;
}

const std::optional<std::string>* Delivery::written(const std::string& key) const {
    const auto found = overlay_.find(key);
    return found == overlay_.end() ? nullptr : &found->second;
}

void Delivery::add(const CallKey& key, std::shared_ptr<Ongoing> ongoing) {
    ongoing_.emplace_back(key, std::move(ongoing));
}

bool Delivery::is_ongoing(const CallKey& key) const {
    return std::ranges::any_of(ongoing_, [&](const auto& entry) { return entry.first == key; });
}

std::shared_ptr<Ongoing> Delivery::take_ongoing(const CallKey& key) {
    const auto found =
        std::ranges::find(ongoing_, key, [](const auto& entry) { return entry.first; });
    if (found == ongoing_.end()) return nullptr;
    std::shared_ptr<Ongoing> out = std::move(found->second);
    ongoing_.erase(found);
    return out;
}

std::vector<std::shared_ptr<Ongoing>> Delivery::take_all_ongoing() {
    std::vector<std::shared_ptr<Ongoing>> out;
    for (auto& [key, ongoing] : ongoing_) out.push_back(std::move(ongoing));
    ongoing_.clear();
    return out;
}

void Delivery::restart() {
    occurrences_.clear();
    buffer_.clear();
    buffered_bytes_ = 0;
    overlay_.clear();
    restarted_in_flight_ = flushing_;
}

}  // namespace sloth
