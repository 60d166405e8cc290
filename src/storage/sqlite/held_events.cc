#include "storage/sqlite/held_events.h"

#include "base/check.h"

namespace sloth {
namespace {

constexpr auto kOfferLimit = std::chrono::seconds(60);  // offers only queue: longer is a deadlock

}  // namespace

void HeldEvents::set_ready(ReadyEvents* ready) {
    state_.wait_for(
        kOfferLimit, [](const State& s) { return !s.offering; },
        [&](State& s) {
            CHECK(!s.offering);
            s.ready = ready;
        });
}

void HeldEvents::hold(std::span<Event* const> events) {
    if (events.empty()) return;
    state_.update([&](State& s) {
        for (const Event* event : events) s.held.insert(event->seq);
    });
}

void HeldEvents::release(std::span<Event* const> events) {
    if (events.empty()) return;
    state_.update([&](State& s) {
        for (const Event* event : events) s.held.erase(event->seq);
    });
}

void HeldEvents::offer(std::span<Event* const> events) {
    if (events.empty()) return;
    ReadyEvents* ready = state_.update([](State& s) {
        s.offering = true;
        return s.ready;
    });
    size_t taken = 0;
    std::vector<int64_t> seqs;
    seqs.reserve(events.size());
    for (const Event* event : events) seqs.push_back(event->seq);
    if (ready) {
        std::vector<Event> batch;
        batch.reserve(events.size());
        for (Event* event : events) batch.push_back(std::move(*event));
        taken = ready->offer(batch);
        CHECK(taken <= batch.size());
    }
    state_.update([&](State& s) {
        for (size_t i = taken; i < seqs.size(); ++i) s.held.erase(seqs[i]);
        s.offering = false;
    });
}

void HeldEvents::finish(std::span<const int64_t> seqs) {
    if (seqs.empty()) return;
    state_.update([&](State& s) {
        for (const int64_t seq : seqs) {
            s.held.erase(seq);
            if (s.claims > 0) s.finished_during_claims.insert(seq);
        }
    });
}

void HeldEvents::release(std::span<const int64_t> seqs) {
    if (seqs.empty()) return;
    state_.update([&](State& s) {
        for (const int64_t seq : seqs) s.held.erase(seq);
    });
}

size_t HeldEvents::size() {
    return state_.update([](State& s) { return s.held.size(); });
}

HeldEvents::Claim::Claim(HeldEvents& held) : held_(held) {
    held_.state_.wait_for(
        kOfferLimit, [](const State& s) { return !s.offering; },
        [](State& s) {
            CHECK(!s.offering);
            ++s.claims;
        });
}

HeldEvents::Claim::~Claim() {
    held_.state_.update([](State& s) {
        if (--s.claims == 0) s.finished_during_claims.clear();
    });
}

void HeldEvents::Claim::filter(std::vector<int64_t>& seqs) {
    held_.state_.update(
        [&](State& s) { std::erase_if(seqs, [&](int64_t seq) { return !s.is_free(seq); }); });
}

void HeldEvents::Claim::take(std::vector<int64_t>& seqs) {
    held_.state_.update([&](State& s) {
        std::erase_if(seqs, [&](int64_t seq) { return !s.is_free(seq); });
        s.held.insert(seqs.begin(), seqs.end());
    });
}

void HeldEvents::Claim::give_back(std::span<const int64_t> seqs) { held_.release(seqs); }

}  // namespace sloth
