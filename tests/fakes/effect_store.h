// The part of the stores that the runner uses, in memory: flushes with their journal, and state.
// Answers at once, on the caller's thread, or when released. Any thread.
#pragma once

#include <map>

#include "base/guarded.h"
#include "base/json.h"
#include "ports/event_store.h"
#include "ports/state_store.h"

namespace sloth {

class EffectStore final : public EventStore, public StateStore {
 public:
    struct Content {
        std::map<std::string, std::string> state;  // by key; one stack
        std::map<std::pair<std::string, EffectKey>, std::string> journal;
        std::vector<Event> dispatched;
        int flushes = 0;
        bool refuse = false;
        bool hold = false;
        std::vector<std::pair<EffectBatch, FlushDone>> held;
    };

    void flush(EffectBatch batch, FlushDone done) override {
        const bool held = content_.with([&](Content& c) {
            if (c.hold) c.held.emplace_back(std::move(batch), std::move(done));
            return c.hold;
        });
        if (!held) done(apply(batch));
    }
    void release() {
        auto held = content_.with([](Content& c) {
            c.hold = false;
            return std::exchange(c.held, {});
        });
        for (auto& [batch, done] : held) done(apply(batch));
    }
    Result<std::vector<JournalRow>> journal(std::string_view delivery_id) override {
        std::vector<JournalRow> out;
        content_.with([&](const Content& c) {
            for (const auto& [at, answer] : c.journal) {
                if (at.first == delivery_id) out.push_back({at.second, answer});
            }
        });
        return out;
    }
    Result<std::optional<std::string>> get(std::string_view, std::string_view key) override {
        return content_.with([&](const Content& c) -> std::optional<std::string> {
            const auto found = c.state.find(std::string(key));
            if (found == c.state.end()) return std::nullopt;
            return found->second;
        });
    }
    Result<std::vector<std::pair<std::string, std::string>>> scan(
        std::string_view, std::string_view prefix) override {
        std::vector<std::pair<std::string, std::string>> out;
        content_.with([&](const Content& c) {
            for (const auto& row : c.state) {
                if (row.first.starts_with(prefix)) out.push_back(row);
            }
        });
        return out;
    }

    Content copy() const {
        return content_.with([](const Content& c) {
            Content out;
            out.state = c.state;
            out.journal = c.journal;
            out.dispatched = c.dispatched;
            out.flushes = c.flushes;
            return out;
        });
    }
    void change(const std::function<void(Content&)>& fn) { content_.with(fn); }

    // What record() would do with a run's effects.
    Result<std::vector<std::string>> apply(const EffectBatch& batch) {
        return content_.with([&](Content& c) -> Result<std::vector<std::string>> {
            ++c.flushes;
            if (c.refuse) return fail(Code::exhausted, "disk full");
            std::vector<std::string> answers;
            for (const InternalEffect& effect : batch.effects) {
                const auto at = std::pair(batch.delivery_id, effect.key);
                if (const auto known = c.journal.find(at); known != c.journal.end()) {
                    answers.push_back(known->second);
                    continue;
                }
                answers.push_back(apply(c, effect));
                if (batch.journal) c.journal[at] = answers.back();
            }
            for (const JournalRow& row : batch.answers) {
                c.journal[{batch.delivery_id, row.key}] = row.answer;
            }
            return answers;
        });
    }

    void append(std::vector<Event>, std::optional<AgentPosition>, AppendDone) override {}
    void record(RecordBatch, RecordDone) override {}
    void set_ready(ReadyEvents*) override {}
    Result<std::vector<Event>> claim(size_t, Epoch) override { return std::vector<Event>{}; }
    Epoch epoch() const override { return 1; }
    Result<Event> get(int64_t) override { return fail(Code::not_found, "none"); }
    Result<Event> find(std::string_view) override { return fail(Code::not_found, "none"); }
    Result<std::vector<Event>> list(const EventFilter&) override { return std::vector<Event>{}; }
    Result<EventCounts> counts() override { return EventCounts{}; }
    Result<AgentPosition> agent_position(std::string_view) override { return AgentPosition{}; }
    Result<void> erase(int64_t) override { return {}; }
    Result<int64_t> cleanup(WallTime, bool) override { return 0; }

 private:
    static std::string apply(Content& c, const InternalEffect& effect) {
        using enum InternalEffect::Kind;
        if (effect.kind == state_delete) {
            return c.state.erase(effect.state_key) > 0 ? "[true]" : "[false]";
        }
        if (effect.kind == state_compare) {
            const auto found = c.state.find(effect.state_key);
            const bool there = found != c.state.end();
            if (there != effect.expected.has_value()) return "[false]";
            if (there && found->second != *effect.expected) return "[false]";
            c.state[effect.state_key] = effect.value;
            return "[true]";
        }
        if (effect.kind == dispatch) {
            c.dispatched.push_back(effect.event);
            return "[true,\"" + effect.event.id + "\"]";
        }
        std::string& value = c.state[effect.state_key];
        if (effect.kind == state_set) {
            value = effect.value;
            return "[true]";
        }
        value = std::to_string((value.empty() ? 0 : std::stoll(value)) + std::stoll(effect.value));
        return "[" + value + "]";
    }
    Guarded<Content> content_;
};

}  // namespace sloth
