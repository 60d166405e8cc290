// A master's half of the link in this process: the real service on a real gRPC server, in front of
// an append that implements positions as the EventStore promises. And an agent's half to meet it.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/json.h"
#include "ports/random.h"
#include "server/grpc/agent_link.h"
#include "tests/fakes/fake_clock.h"

namespace sloth {

class CountingRandom final : public Random {
 public:
    uint64_t next() override { return next_ += 0x9e3779b97f4a7c15; }

 private:
    std::atomic<uint64_t> next_{uint64_t(::getpid()) << 32};
};

class MemoryAgents final : public AgentStore {
 public:
    Result<bool> upsert(const Agent& agent) override {
        return agents_.with([&](auto& all) {
            const bool fresh = !all.contains(agent.name);
            all[agent.name] = agent;
            return fresh;
        });
    }
    Result<void> set_status(std::string_view name, AgentStatus status, WallTime last) override {
        return agents_.with([&](auto& all) -> Result<void> {
            const auto it = all.find(name);
            if (it == all.end()) return fail(Code::not_found, "no agent '{}'", name);
            it->second.status = status;
            it->second.last_heartbeat = last;
            return {};
        });
    }
    Result<Agent> get(std::string_view name) override {
        return agents_.with([&](auto& all) -> Result<Agent> {
            const auto it = all.find(name);
            if (it == all.end()) return fail(Code::not_found, "no agent '{}'", name);
            return it->second;
        });
    }
    Result<std::vector<Agent>> list() override {
        return agents_.with([](auto& all) {
            std::vector<Agent> found;
            for (const auto& [_, agent] : all) found.push_back(agent);
            return found;
        });
    }
    Result<void> erase(std::string_view name) override {
        agents_.with([&](auto& all) { all.erase(all.find(name)); });
        return {};
    }

 private:
    Guarded<std::map<std::string, Agent, std::less<>>> agents_;
};

// What the master has stored, to be waited for.
class MemoryIntake {
 public:
    struct State {
        std::vector<Event> events;
        std::map<std::string, AgentPosition> positions;
        int appends = 0;
        int duplicates = 0;
        std::optional<Error> fault;
    };

    void append(std::vector<Event> events, std::optional<AgentPosition> position, AppendDone done) {
        Result<AppendResults> results = state.update([&](State& s) -> Result<AppendResults> {
            ++s.appends;
            if (s.fault) return std::unexpected(*s.fault);
            bool known = false;
            if (position) {
                AgentPosition& stored = s.positions[position->agent];
                known = stored.epoch == position->epoch && stored.sequence >= position->sequence;
                if (!known) stored = *position;
            }
            AppendResults all;
            for (Event& event : events) {
                const bool duplicate = known || has(s, event.id);
                s.duplicates += duplicate ? 1 : 0;
                all.push_back(Appended{.id = event.id, .duplicate = duplicate});
                if (!duplicate) s.events.push_back(std::move(event));
            }
            return all;
        });
        done(std::move(results));
    }

    Result<AgentPosition> position(std::string_view agent) {
        return state.update([&](State& s) { return s.positions[std::string(agent)]; });
    }

    // Waits until `wanted` holds.
    bool wait(std::function<bool(const State&)> wanted) {
        return state.wait_for(30s, wanted, wanted);
    }
    bool wait_for_type(const std::string& type, int count = 1) {
        return wait([&](const State& s) {
            return std::ranges::count(s.events, type, &Event::type) >= count;
        });
    }
    std::vector<Event> of_type(const std::string& type) {
        return state.update([&](State& s) {
            std::vector<Event> found;
            for (const Event& event : s.events) {
                if (event.type == type) found.push_back(event);
            }
            return found;
        });
    }

    Signal<State> state;

 private:
    static bool has(const State& s, const std::string& id) {
        return !id.empty() && std::ranges::find(s.events, id, &Event::id) != s.events.end();
    }
};

}  // namespace sloth
