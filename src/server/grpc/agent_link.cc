#include "server/grpc/agent_link.h"

#include <algorithm>

#include "server/grpc/agent_events.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth {
namespace {

// Batches of one agent that wait for the disk. Ours sends one and repeats it now and then.
constexpr int kMaxAppendsInFlight = 8;
constexpr Micros kLongestHold = 30s;

MonoTime heard_at(const AgentStream& stream) { return MonoTime(MonoTime::duration(stream.heard)); }

v1::MasterMessage hold(Micros wait) {
    v1::MasterMessage message;
    message.mutable_hold()->set_for_us(wait.count());
    return message;
}

v1::MasterMessage ack(uint64_t sequence) {
    v1::MasterMessage message;
    message.mutable_ack()->set_sequence(sequence);
    return message;
}

}  // namespace

AgentLink::AgentLink(Options options, Parts parts) : options_(options), parts_(std::move(parts)) {}

AgentLink::~AgentLink() { close(); }

Result<void> AgentLink::start() {
    SLOTH_TRY(const std::vector<Agent> agents, parts_.agents.list());
    const MonoTime until = parts_.clock.mono() + options_.comeback;
    for (const Agent& agent : agents) {
        if (agent.status != AgentStatus::connected) continue;
        SLOTH_TRY_VOID(
            parts_.agents.set_status(agent.name, AgentStatus::disconnected,
                                     agent.last_heartbeat.value_or(parts_.clock.wall())));
        state_.with([&](State& s) { s.expected[agent.name] = until; });
    }
    return {};
}

grpc::ServerBidiReactor<v1::AgentMessage, v1::MasterMessage>* AgentLink::Connect(
    grpc::CallbackServerContext* context) {
    pending_->update([](int& count) { ++count; });
    const StreamPtr stream = AgentStream::start(*this, *context);
    note_heard(*stream);
    return stream.get();
}

void AgentLink::note_heard(AgentStream& stream) {
    stream.heard = parts_.clock.mono().time_since_epoch().count();
    stream.heard_wall = to_micros(parts_.clock.wall());
}

void AgentLink::received(const StreamPtr& stream, v1::AgentMessage message) {
    note_heard(*stream);
    if (message.has_hello()) return hello(stream, message.hello());
    if (stream->agent.empty()) {
        const Error error{Code::invalid, "an agent must say hello first", {}};
        return stream->finish(wire::to_status(error), error.message);
    }
    if (message.has_events()) return events(stream, message.events());
    if (message.has_heartbeat()) return stream->send(ack(stream->stored));
    if (!message.has_reply()) return;
    v1::Reply& reply = *message.mutable_reply();
    Result<std::string> result = std::move(*reply.mutable_result());
    if (reply.has_error()) result = std::unexpected(wire::to_domain(reply.error()));
    calls_.answer(stream.get(), reply.request(), std::move(result));
}

void AgentLink::hello(const StreamPtr& stream, const v1::Hello& hello) {
    auto agent = parse_hello(hello, stream->peer());
    if (agent && !stream->agent.empty()) {
        agent = fail(Code::invalid, "an agent may say hello only once");
    }
    if (!agent) {
        return stream->finish(wire::to_status(agent.error()), agent.error().message);
    }
    stream->epoch = hello.epoch();
    const auto replaced = admit(stream, *agent);
    if (!replaced) {
        parts_.log.warn("agent_refused",
                        {{"agent", agent->name}, {"reason", replaced.error().message}});
        return stream->finish(wire::to_status(replaced.error()), replaced.error().message);
    }
    stream->agent = agent->name;
    if (*replaced) {
        const Error error{Code::conflict, "a newer stream of the same agent has taken over", {}};
        calls_.stream_ended(replaced->get(), error);
        (*replaced)->abort(wire::to_status(error), error.message);
    }
    if (auto done = register_agent(stream, std::move(*agent), *replaced != nullptr); !done) {
        parts_.log.error("agent_not_registered",
                         {{"agent", stream->agent}, {"reason", done.error().message}});
        stream->finish(wire::to_status(done.error()), done.error().message);
    }
}

// Takes the agent's place in the table. Returns the stream that had it, if any.
Result<AgentLink::StreamPtr> AgentLink::admit(const StreamPtr& stream, const Agent& agent) {
    const MonoTime now = parts_.clock.mono();
    return state_.with([&](State& s) -> Result<StreamPtr> {
        if (s.closing) return fail(Code::unreachable, "the master is stopping");
        Peer& peer = s.peers[agent.name];
        const StreamPtr old = peer.stream;
        if (old && old->epoch != stream->epoch && now - heard_at(*old) <= options_.silence) {
            return fail_with({Code::conflict,
                              fmt::format("another agent is connected as '{}', from {}", agent.name,
                                          peer.agent.address),
                              "start this one with another --name"});
        }
        peer = {stream, agent, now};
        s.expected.erase(agent.name);
        return old;
    });
}

Result<void> AgentLink::register_agent(const StreamPtr& stream, Agent agent, bool replaced) {
    const WallTime now = parts_.clock.wall();
    const auto known = parts_.agents.get(agent.name);
    if (!known && known.error().code != Code::not_found) return fail_with(known.error());
    agent.registered_at = known ? known->registered_at : now;
    agent.last_heartbeat = now;
    SLOTH_TRY_VOID(parts_.agents.upsert(agent));
    SLOTH_TRY(const AgentPosition position, parts_.position(agent.name));
    const uint64_t sequence = position.epoch == stream->epoch ? position.sequence : 0;
    stream->stored = sequence;

    std::vector<Event> told;
    if (replaced) {
        told.push_back(agent_event("agent.disconnected", agent, now,
                                   {.reason = "a newer stream took over", .last_seen = now}));
    }
    const bool changed = known && (known->version != agent.version || known->tags != agent.tags ||
                                   known->system_info != agent.system_info);
    if (!known || changed) told.push_back(agent_event("agent.registered", agent, now));
    told.push_back(agent_event("agent.connected", agent, now));
    state_.with([&](State& s) {
        const auto it = s.peers.find(agent.name);
        if (it != s.peers.end() && it->second.stream == stream) it->second.agent = agent;
    });
    tell(std::move(told));
    stream->welcomed = true;
    parts_.log.info("agent_connected", {{"agent", agent.name}, {"address", agent.address}});
    v1::MasterMessage welcome;
    welcome.mutable_welcome()->set_sequence(sequence);
    stream->send(std::move(welcome));
    if (parts_.connected) parts_.connected(agent.name);
    return {};
}

// How long the agent must wait before it may send so many. A second's worth may come at once, so
// that what collected during a pause is caught up with.
Micros AgentLink::over_rate(AgentStream& stream, int64_t events) {
    if (options_.rate <= 0) return {};
    const MonoTime now = parts_.clock.mono();
    const MonoTime earliest = now - 1s;
    stream.rate_free_at = std::max(stream.rate_free_at, earliest);
    if (stream.rate_free_at > now) {
        return std::chrono::ceil<Micros>(stream.rate_free_at - now);
    }
    stream.rate_free_at += Micros(events * 1'000'000 / options_.rate);
    return {};
}

void AgentLink::events(const StreamPtr& stream, const v1::EventBatch& batch) {
    uint64_t last = 0;
    std::vector<Event> events;
    for (const v1::OutboxEvent& item : batch.events()) {
        if (item.sequence() <= last) {
            const Error error{Code::invalid, "an agent's sequences must increase", {}};
            return stream->finish(wire::to_status(error), error.message);
        }
        last = item.sequence();
        Event sent = wire::to_domain(item.event());
        // Only what an agent may say; who it is, the stream says.
        Event event{.id = std::move(sent.id),
                    .type = std::move(sent.type),
                    .stack = std::move(sent.stack),
                    .agent = stream->agent,
                    .run_id = std::move(sent.run_id),
                    .source = "agent:" + stream->agent,
                    .ordering_key = std::move(sent.ordering_key),
                    .dedup_key = std::move(sent.dedup_key),
                    .data = std::move(sent.data),
                    .timestamp = sent.timestamp};
        if (auto valid = validate(event); !valid) {
            parts_.log.warn(
                "agent_event_refused",
                {{"agent", stream->agent}, {"sequence", last}, {"reason", valid.error().message}});
            continue;
        }
        events.push_back(std::move(event));
    }
    if (last <= stream->stored) return stream->send(ack(stream->stored));
    // A batch that cannot be taken now is not acknowledged, and so comes again.
    if (stream->appends_in_flight >= kMaxAppendsInFlight) return stream->send(hold(options_.hold));
    if (const Micros wait = over_rate(*stream, int64_t(events.size())); wait > 0us) {
        return stream->send(hold(wait));
    }
    ++stream->appends_in_flight;
    pending_->update([](int& count) { ++count; });
    parts_.intake(std::move(events), AgentPosition{stream->agent, stream->epoch, last},
                  [this, stream, last, pending = pending_](Result<AppendResults> results) {
                      stored(stream, last, std::move(results));
                      pending->update([](int& count) { --count; });
                  });
}

void AgentLink::stored(const StreamPtr& stream, uint64_t sequence, Result<AppendResults> results) {
    --stream->appends_in_flight;
    note_heard(*stream);  // it was not silent, we were busy
    if (!results) {
        const int before = std::min(stream->refused++, 7);
        if (before == 0) {
            parts_.log.warn("agent_events_not_stored",
                            {{"agent", stream->agent}, {"reason", results.error().message}});
        }
        // Twice as long each time: a thousand agents must not keep a full disk busy.
        return stream->send(hold(std::min<Micros>(options_.hold * (1 << before), kLongestHold)));
    }
    stream->refused = 0;
    for (const auto& result : *results) {
        if (!result) {
            parts_.log.warn("agent_event_refused",
                            {{"agent", stream->agent}, {"reason", result.error().message}});
        }
    }
    uint64_t before = stream->stored;
    while (before < sequence && !stream->stored.compare_exchange_weak(before, sequence)) {
    }
    stream->send(ack(stream->stored));
}

void AgentLink::ended(const StreamPtr& stream) {
    const auto pending = pending_;
    calls_.stream_ended(stream.get(),
                        {Code::unreachable,
                         fmt::format("the agent '{}' went away before it answered", stream->agent),
                         "ask it again when it is connected"});
    const auto agent = state_.with([&](State& s) -> std::optional<Agent> {
        const auto it = s.peers.find(stream->agent);
        if (it == s.peers.end() || it->second.stream != stream) return {};
        Agent agent = std::move(it->second.agent);
        s.peers.erase(it);
        if (s.closing) return {};
        return agent;
    });
    if (agent) {
        const WallTime last_seen = from_micros(stream->heard_wall);
        const std::string reason = stream->reason();
        parts_.log.info("agent_disconnected", {{"agent", agent->name}, {"reason", reason}});
        if (auto done = parts_.agents.set_status(agent->name, AgentStatus::disconnected, last_seen);
            !done) {
            parts_.log.error("agent_status_not_stored",
                             {{"agent", agent->name}, {"reason", done.error().message}});
        }
        if (stream->welcomed)
            tell({agent_event("agent.disconnected", *agent, parts_.clock.wall(),
                              {.reason = reason, .last_seen = last_seen})});
    }
    pending->update([](int& count) { --count; });
}

}  // namespace sloth
