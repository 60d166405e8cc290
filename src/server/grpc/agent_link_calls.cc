// The half of AgentLink that its streams do not drive: silence, operators' requests, the end.
#include "server/grpc/agent_events.h"
#include "server/grpc/agent_link.h"
#include "wire/status.h"

namespace sloth {
namespace {

// How old the last heartbeat in the store may become while an agent is connected.
constexpr Micros kWriteHeartbeatEvery = 60s;

MonoTime heard_at(const AgentStream& stream) { return MonoTime(MonoTime::duration(stream.heard)); }

v1::Request::Kind kind_of(UplinkRequest::Kind kind) {
    switch (kind) {
        case UplinkRequest::Kind::watcher_put:
            return v1::Request::WATCHER_PUT;
        case UplinkRequest::Kind::watcher_verify:
            return v1::Request::WATCHER_VERIFY;
        case UplinkRequest::Kind::watcher_delete:
            return v1::Request::WATCHER_DELETE;
        case UplinkRequest::Kind::watcher_get:
            return v1::Request::WATCHER_GET;
        case UplinkRequest::Kind::watcher_list:
            break;
    }
    return v1::Request::WATCHER_LIST;
}

Error not_connected(std::string_view agent) {
    return {Code::unreachable, fmt::format("the agent '{}' is not connected", agent),
            "start it, or see `agent list`"};
}

}  // namespace

void AgentLink::step() {
    const MonoTime now = parts_.clock.mono();
    std::vector<Peer> silent;
    std::vector<Peer> to_write;
    std::vector<std::string> missing;
    state_.with([&](State& s) {
        for (auto it = s.peers.begin(); it != s.peers.end();) {
            Peer& peer = it->second;
            const bool busy = peer.stream->appends_in_flight > 0;
            if (!busy && now - heard_at(*peer.stream) > options_.silence) {
                silent.push_back(std::move(peer));
                it = s.peers.erase(it);
                continue;
            }
            if (now - peer.written >= kWriteHeartbeatEvery) {
                peer.written = now;
                to_write.push_back(peer);
            }
            ++it;
        }
        std::erase_if(s.expected, [&](const auto& expected) {
            if (now < expected.second) return false;
            missing.push_back(expected.first);
            return true;
        });
    });
    for (const Peer& peer : silent) {
        const Error error{Code::timed_out, "no heartbeat came in time", {}};
        calls_.stream_ended(peer.stream.get(), error);
        lost(peer.agent, from_micros(peer.stream->heard_wall));
        peer.stream->abort(wire::to_status(error), error.message);
    }
    for (const std::string& name : missing) {
        const auto agent = parts_.agents.get(name);
        if (agent) lost(*agent, agent->last_heartbeat.value_or(parts_.clock.wall()));
    }
    for (const Peer& peer : to_write) {
        (void)parts_.agents.set_status(peer.agent.name, AgentStatus::connected,
                                       from_micros(peer.stream->heard_wall));
    }
}

void AgentLink::lost(const Agent& agent, WallTime last_seen) {
    parts_.log.warn("agent_lost",
                    {{"agent", agent.name}, {"last_seen", format_rfc3339(last_seen)}});
    if (auto done = parts_.agents.set_status(agent.name, AgentStatus::lost, last_seen); !done) {
        parts_.log.error("agent_status_not_stored",
                         {{"agent", agent.name}, {"reason", done.error().message}});
    }
    tell({agent_event("agent.heartbeat_failed", agent, parts_.clock.wall(),
                      {.last_seen = last_seen, .consecutive_failures = 3})});
}

void AgentLink::tell(std::vector<Event> events) {
    parts_.intake(std::move(events), {}, [&log = parts_.log](Result<AppendResults> results) {
        if (results) return;
        log.error("agent_event_not_stored", {{"reason", results.error().message}});
    });
}

void AgentLink::close(Micros limit) {
    const std::vector<StreamPtr> streams = state_.with([&](State& s) {
        s.closing = true;
        std::vector<StreamPtr> all;
        for (const auto& [_, peer] : s.peers) all.push_back(peer.stream);
        return all;
    });
    const Error error{Code::unreachable, "the master is stopping", {}};
    for (const StreamPtr& stream : streams) {
        calls_.stream_ended(stream.get(), error);
        stream->abort(wire::to_status(error), error.message);
    }
    pending_->wait_for(limit, [](int count) { return count == 0; }, [](int) {});
}

Result<std::string> AgentLink::request(std::string_view agent, UplinkRequest::Kind kind,
                                       std::string_view watcher_id, std::string_view spec,
                                       std::optional<Micros> limit) {
    const StreamPtr stream = state_.with([&](State& s) -> StreamPtr {
        const auto it = s.peers.find(agent);
        return it == s.peers.end() ? nullptr : it->second.stream;
    });
    if (!stream) {
        SLOTH_TRY_VOID(parts_.agents.get(agent));
        return fail_with(not_connected(agent));
    }
    const AgentCalls::Call call = calls_.begin(stream.get());
    const bool there = state_.with([&](State& s) {
        const auto it = s.peers.find(agent);
        return it != s.peers.end() && it->second.stream == stream;
    });
    // Its end may have come before there was a call to be ended.
    if (!there) calls_.stream_ended(stream.get(), not_connected(agent));
    v1::MasterMessage message;
    v1::Request& request = *message.mutable_request();
    request.set_request(call.number);
    request.set_kind(kind_of(kind));
    request.set_watcher_id(std::string(watcher_id));
    request.set_spec(std::string(spec));
    stream->send(std::move(message));
    return calls_.wait(call, limit.value_or(options_.answer));
}

std::optional<WallTime> AgentLink::last_heard(std::string_view agent) {
    return state_.with([&](State& s) -> std::optional<WallTime> {
        const auto it = s.peers.find(agent);
        if (it == s.peers.end()) return {};
        return from_micros(it->second.stream->heard_wall);
    });
}

size_t AgentLink::connected() {
    return state_.with([](const State& s) { return s.peers.size(); });
}

}  // namespace sloth
