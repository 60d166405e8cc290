// The master's service for agents: who is connected, their events into the intake, acknowledgements
// back once they are durable, operators' requests to an agent and its answers, and the events about
// the agents themselves. An agent is who its stream is: nothing in a later message changes that.
//
// gRPC's threads run the streams; any thread may call the rest. Destroy it after the grpc::Server
// that serves it has been shut down.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "ports/agent_store.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/uplink.h"
#include "server/grpc/agent_calls.h"
#include "server/grpc/agent_stream.h"
#include "sloth/v1/agent.grpc.pb.h"

namespace sloth {

class AgentLink final : public v1::AgentLink::CallbackService, public AgentStreamOwner {
 public:
    struct Options {
        Micros silence = 15s;  // three heartbeats
        Micros comeback =
            60s;              // for agents of the master's earlier life: twice their longest pause
        Micros answer = 10s;  // for what an operator asks of an agent
        Micros hold = 250ms;  // how long agents wait when there is no room for their events
        int64_t rate = 0;     // events a second of each agent; 0: no limit
    };
    struct Parts {
        AgentStore& agents;
        // Stamps and stores; the app's engine. `done` may come on any thread.
        std::function<void(std::vector<Event>, std::optional<AgentPosition>, AppendDone)> intake;
        std::function<Result<AgentPosition>(std::string_view agent)> position;
        Clock& clock;
        Log& log;
        // An agent has been welcomed. On one of gRPC's threads: must not block. May be empty.
        std::function<void(const std::string& agent)> connected = {};
    };

    AgentLink(Options options, Parts parts);
    ~AgentLink() override;

    // Once, before serving: agents that the store believes connected have `comeback` to be so.
    Result<void> start();
    // Finds agents that have fallen silent. To be called about once a second.
    void step();
    // Ends every stream and waits, up to `limit`, for their ends and for the appends under way. No
    // agent event is made of it.
    void close(Micros limit = 2s);

    // Blocks for the agent's answer. Code::not_found for an unknown agent, Code::unreachable for
    // one that is not connected, Code::timed_out, or the agent's own error.
    Result<std::string> request(std::string_view agent, UplinkRequest::Kind kind,
                                std::string_view watcher_id, std::string_view spec,
                                std::optional<Micros> limit = {});

    // Fresher than the store's: heartbeats are not written one by one.
    std::optional<WallTime> last_heard(std::string_view agent);
    size_t connected();

    grpc::ServerBidiReactor<v1::AgentMessage, v1::MasterMessage>* Connect(
        grpc::CallbackServerContext* context) override;

 private:
    using StreamPtr = std::shared_ptr<AgentStream>;
    struct Peer {
        StreamPtr stream;
        Agent agent;
        MonoTime written{};  // when its last heartbeat went into the store
    };
    struct State {
        std::map<std::string, Peer, std::less<>> peers;
        std::map<std::string, MonoTime, std::less<>> expected;  // until when
        bool closing = false;
    };

    void received(const StreamPtr& stream, v1::AgentMessage message) override;
    void ended(const StreamPtr& stream) override;
    void note_heard(AgentStream& stream);

    void hello(const StreamPtr& stream, const v1::Hello& hello);
    Result<StreamPtr> admit(const StreamPtr& stream, const Agent& agent);
    Result<void> register_agent(const StreamPtr& stream, Agent agent, bool replaced);
    void events(const StreamPtr& stream, const v1::EventBatch& batch);
    Micros over_rate(AgentStream& stream, int64_t events);
    void stored(const StreamPtr& stream, uint64_t sequence, Result<AppendResults> results);
    void lost(const Agent& agent, WallTime last_seen);
    void tell(std::vector<Event> events);

    const Options options_;
    Parts parts_;
    Guarded<State> state_;
    // Streams and appends that will still call us. Shared with them: the last one may still be
    // waking close() when this is destroyed.
    std::shared_ptr<Signal<int>> pending_ = std::make_shared<Signal<int>>();
    AgentCalls calls_;
};

}  // namespace sloth
