// The master's desk for watchers: what operators and hooks want watched goes to the agent when it
// is there, is kept when it is not, and is brought to it when it returns. The master's table says
// what is wanted, by revision; the agent's own answer says what is.
//
// The operators' calls block for the agent's answer: any thread but gRPC's reading ones. What hooks
// ask, and what has to be done when an agent connects, is done by run(), on one thread of its own.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/uuid.h"
#include "ports/agent_store.h"
#include "ports/agent_watcher_store.h"
#include "ports/clock.h"
#include "ports/random.h"
#include "ports/uplink.h"
#include "ports/watcher_control.h"
#include "server/agent_turns.h"

namespace sloth {

class WatcherDesk final : public WatcherControl {
 public:
    // Asks a connected agent and waits. Code::unreachable if it is not connected.
    using Ask =
        std::function<Result<std::string>(std::string_view agent, UplinkRequest::Kind kind,
                                          std::string_view watcher_id, std::string_view spec)>;
    struct Parts {
        Ask ask;
        AgentStore& agents;
        AgentWatcherStore& store;
        Clock& clock;
        Random& random;
        Log& log;
    };

    explicit WatcherDesk(Parts parts);
    ~WatcherDesk() override;

    // Operators' requests. JSON: one watcher, or an array of them, each with a `state`: "active",
    // "disabled", "error", or, while the agent is away, "pending", "deleting", "offline". `ref` is
    // an id, a unique prefix of one, or a label. Code::not_found for an agent that never was.
    Result<std::string> list(std::string_view agent);
    Result<std::string> get(std::string_view agent, std::string_view ref);
    Result<std::string> create(std::string_view agent, std::string_view spec);
    Result<std::string> update(std::string_view agent, std::string_view ref,
                               std::string_view changes);
    Result<std::string> erase(std::string_view agent, std::string_view ref);
    // {"complete", "since", "until", "sequence", "stored", "waiting", "dropped", "missing",
    // "doubts", "error"}.
    Result<std::string> verify(std::string_view agent, std::string_view ref);

    void put(std::string agent, std::string spec, Done done) override;
    void remove(std::string agent, std::string ref, Done done) override;

    // Has it compared soon with what is wanted. Never blocks.
    void connected(const std::string& agent);

    // Does what waits; false if nothing did.
    bool step();
    void run(const std::stop_token& stop);

 private:
    using Job = std::function<void()>;

    struct Work {
        std::set<std::string> connected;  // agents to be compared
        std::deque<Job> jobs;
        bool empty() const { return connected.empty() && jobs.empty(); }
    };

    Result<std::string> ask(std::string_view agent, UplinkRequest::Kind kind,
                            std::string_view watcher_id, std::string_view spec);
    void try_slow_agents();
    Result<std::string> will_and_deed(AgentWatcher row, const WatcherSpec* before);
    Result<void> prefer_wanted(std::string_view agent, WatcherSpec& spec);
    Result<std::string> create_in_turn(std::string_view agent, WatcherSpec spec);
    Result<std::string> change(std::string_view agent, const WatcherSpec& old, WatcherSpec spec);
    Result<std::string> put_by_hook(std::string_view agent, std::string_view spec);
    Result<std::vector<WatcherSpec>> ask_for_all(std::string_view agent);
    Result<AgentWatcher> find_row(std::string_view agent, std::string_view ref);
    void reconcile(const std::string& agent);
    Result<void> bring(AgentWatcher row);
    void note(const AgentWatcher& row, const Error& error);
    bool later(Job job);

    Parts parts_;
    Guarded<UuidGenerator> uuids_;
    Signal<Work> work_;
    Guarded<std::map<std::string, MonoTime, std::less<>>> slow_;
    AgentTurns turns_;
    AgentTurns verifying_;
};

}  // namespace sloth
