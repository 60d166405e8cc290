#include "tests/fakes/memory_store.h"

#include "tests/fakes/memory_core.h"
#include "tests/fakes/memory_events.h"
#include "tests/fakes/memory_secrets.h"

namespace sloth {
namespace {

class MemoryHookStore final : public HookStore {
 public:
    explicit MemoryHookStore(MemoryCore& core) : core_(core) {}

    Result<Hook> add(const Hook& hook, std::string_view source) override {
        return core_.write_now([&](MemoryTables& t) { return t.hooks.add(hook, source); });
    }
    Result<Hook> update(const Hook& hook, std::string_view source) override {
        return core_.write_now([&](MemoryTables& t) { return t.hooks.update(hook, source); });
    }
    Result<Hook> set_enabled(std::string_view id, bool enabled, WallTime now) override {
        return core_.write_now(
            [&](MemoryTables& t) { return t.hooks.set_enabled(id, enabled, now); });
    }
    Result<void> set_last_error(std::string_view id, std::string_view error,
                                WallTime now) override {
        return core_.write_now(
            [&](MemoryTables& t) { return t.hooks.set_last_error(id, error, now); });
    }
    Result<void> hold(const HeldVersion& held, WallTime now) override {
        return core_.write_now([&](MemoryTables& t) { return t.hooks.hold(held, now); });
    }
    Result<void> forget_held(std::string_view id) override {
        return core_.write_now([&](MemoryTables& t) { return t.hooks.forget_held(id); });
    }
    Result<std::string> held_source(std::string_view id) override {
        return core_.read([&](const MemoryTables& t) { return t.hooks.held_source(id); });
    }
    Result<void> remove(std::string_view id, WallTime now) override {
        return core_.write_now([&](MemoryTables& t) { return t.hooks.remove(id, now); });
    }
    Result<Hook> find(std::string_view ref, bool with_removed) override {
        return core_.read([&](const MemoryTables& t) { return t.hooks.find(ref, with_removed); });
    }
    Result<std::vector<Hook>> list(std::optional<std::string> stack) override {
        return core_.read([&](const MemoryTables& t) { return t.hooks.list(stack); });
    }
    Result<std::vector<HookVersion>> versions(std::string_view id) override {
        return core_.read([&](const MemoryTables& t) { return t.hooks.versions(id); });
    }
    Result<std::shared_ptr<const HookIndex>> load_index() override {
        return core_.read([](const MemoryTables& t) { return t.hooks.load_index(); });
    }

 private:
    MemoryCore& core_;
};

class MemoryExecutions final : public ExecutionStore {
 public:
    explicit MemoryExecutions(MemoryCore& core) : core_(core) {}

    Result<std::vector<Execution>> list(const ExecutionFilter& filter) override {
        return core_.read([&](const MemoryTables& t) { return t.list(filter); });
    }
    Result<RunCounts> counts() override {
        return core_.read([](const MemoryTables& t) {
            RunCounts counts;
            for (const auto& [id, run] : t.runs) {
                ++(run.status == RunStatus::success   ? counts.success
                   : run.status == RunStatus::failed  ? counts.failed
                   : run.status == RunStatus::timeout ? counts.timeout
                                                      : counts.interrupted);
            }
            return counts;
        });
    }

 private:
    MemoryCore& core_;
};

class MemoryStateReader final : public StateStore {
 public:
    explicit MemoryStateReader(MemoryCore& core) : core_(core) {}

    Result<std::optional<std::string>> get(std::string_view stack, std::string_view key) override {
        return core_.read([&](const MemoryTables& t) {
            const auto* found = t.living({std::string(stack), std::string(key)});
            return found == nullptr ? std::nullopt : std::optional(found->value);
        });
    }
    Result<std::vector<std::pair<std::string, std::string>>> scan(
        std::string_view stack, std::string_view prefix) override {
        return core_.read([&](const MemoryTables& t) {
            std::vector<std::pair<std::string, std::string>> out;
            for (const auto& [key, value] : t.state) {
                if (key.first == stack && key.second.starts_with(prefix) && t.living(key)) {
                    out.emplace_back(key.second, value.value);
                }
            }
            return out;
        });
    }

 private:
    MemoryCore& core_;
};

class MemoryAgents final : public AgentStore {
 public:
    explicit MemoryAgents(MemoryCore& core) : core_(core) {}

    Result<bool> upsert(const Agent& agent) override {
        return core_.write_now([&](MemoryTables& t) -> Result<bool> {
            const auto known = t.agents.find(agent.name);
            if (known == t.agents.end()) return t.agents.emplace(agent.name, agent).second;
            const WallTime registered_at = known->second.registered_at;
            known->second = agent;
            known->second.registered_at = registered_at;
            return false;
        });
    }
    Result<void> set_status(std::string_view name, AgentStatus status,
                            WallTime last_heartbeat) override {
        return core_.write_now([&](MemoryTables& t) -> Result<void> {
            const auto known = t.agents.find(name);
            if (known == t.agents.end()) return fail(Code::not_found, "no agent '{}'", name);
            known->second.status = status;
            known->second.last_heartbeat = last_heartbeat;
            return {};
        });
    }
    Result<Agent> get(std::string_view name) override {
        return core_.read([&](const MemoryTables& t) -> Result<Agent> {
            const auto known = t.agents.find(name);
            if (known == t.agents.end()) return fail(Code::not_found, "no agent '{}'", name);
            return known->second;
        });
    }
    Result<std::vector<Agent>> list() override {
        return core_.read([](const MemoryTables& t) {
            std::vector<Agent> out;
            for (const auto& [name, agent] : t.agents) out.push_back(agent);
            return out;
        });
    }
    Result<void> erase(std::string_view name) override {
        return core_.write_now([&](MemoryTables& t) -> Result<void> {
            const auto known = t.agents.find(name);
            if (known == t.agents.end()) return fail(Code::not_found, "no agent '{}'", name);
            t.agents.erase(known);
            return {};
        });
    }

 private:
    MemoryCore& core_;
};

}  // namespace

struct MemoryStore::Core : MemoryCore {
    MemoryEvents events{*this};
    MemoryHookStore hooks{*this};
    MemoryExecutions executions{*this};
    MemoryStateReader state{*this};
    MemoryAgents agents{*this};
    MemorySecrets secrets{*this};
};

MemoryStore::MemoryStore(Clock& clock) : core_(std::make_unique<Core>()) {
    core_->with([&](MemoryState& s) { s.tables.clock = &clock; });
}
MemoryStore::~MemoryStore() = default;

EventStore& MemoryStore::events() { return core_->events; }
HookStore& MemoryStore::hooks() { return core_->hooks; }
ExecutionStore& MemoryStore::executions() { return core_->executions; }
StateStore& MemoryStore::state() { return core_->state; }
AgentStore& MemoryStore::agents() { return core_->agents; }
SecretStore& MemoryStore::secrets() { return core_->secrets; }

void MemoryStore::hold_commits() {
    core_->with([](MemoryState& s) { s.hold_commits = true; });
}

size_t MemoryStore::commit() {
    auto group = core_->with([](MemoryState& s) { return std::exchange(s.waiting, {}); });
    const size_t count = group.size();
    if (count > 0) core_->commit(std::move(group));
    return count;
}

void MemoryStore::release_commits() {
    core_->with([](MemoryState& s) { s.hold_commits = false; });
    commit();
}

size_t MemoryStore::waiting() const {
    return core_->with([](MemoryState& s) { return s.waiting.size(); });
}

void MemoryStore::hold_done() {
    core_->with([](MemoryState& s) { s.hold_done = true; });
}

size_t MemoryStore::deliver() {
    auto answers = core_->with([](MemoryState& s) { return std::exchange(s.answers, {}); });
    for (auto& answer : answers) answer();
    return answers.size();
}

void MemoryStore::release_done() {
    core_->with([](MemoryState& s) { s.hold_done = false; });
    deliver();
}

void MemoryStore::fail_next(Code code, int nth) {
    core_->with([&](MemoryState& s) {
        s.fail_code = code;
        s.fail_in = nth;
    });
}

bool MemoryStore::healthy() const {
    return core_->with([](MemoryState& s) { return !s.broken; });
}

void MemoryStore::crash() {
    core_->begin();
    // Destroyed outside the lock: what a lost `done` owns may look at the store.
    auto lost = core_->with([](MemoryState& s) {
        s.held.clear();
        s.ready = nullptr;
        ++s.epoch;
        s.fail_in = 0;
        s.broken = false;
        return std::pair(std::exchange(s.waiting, {}), std::exchange(s.answers, {}));
    });
    core_->end();
}

size_t MemoryStore::commits() const {
    return core_->with([](MemoryState& s) { return s.commits; });
}

std::vector<Event> MemoryStore::all_events() const {
    return core_->read([](const MemoryTables& t) {
        std::vector<Event> out;
        for (const auto& [seq, event] : t.events) out.push_back(event);
        return out;
    });
}

std::vector<Execution> MemoryStore::all_executions() const {
    return core_->read([](const MemoryTables& t) {
        std::vector<Execution> out;
        for (const auto& [id, run] : t.runs) out.push_back(run);
        return out;
    });
}

std::vector<int64_t> MemoryStore::held() const {
    return core_->with([](MemoryState& s) { return std::vector(s.held.begin(), s.held.end()); });
}

size_t MemoryStore::journal_rows() const {
    return core_->read([](const MemoryTables& t) {
        size_t rows = 0;
        for (const auto& [delivery, answers] : t.journal) rows += answers.size();
        return rows;
    });
}

}  // namespace sloth
