// The port watcher. Without a host: is anything listening on this machine? One reading of the
// sockets serves all port watchers of a pass. With a host, or if the latency matters: can one
// connect to it, and how long does that take? See watch/watcher.h for who may call it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "watch/connection_attempt.h"
#include "watch/levels.h"
#include "watch/watchers.h"

namespace sloth {

class PortWatcher final : public Watcher {
 public:
    PortWatcher(const WatcherSpec& spec, const std::optional<std::string>& baseline,
                const WatcherContext& context);

    std::optional<MonoTime> notice(const Notice&, MonoTime now) override { return now; }
    Result<Check> check(MonoTime now) override;
    std::string baseline() const override;
    void accept() override;

 private:
    struct Seen {
        bool open = false;
        Micros latency{};                    // of a connection
        std::string problem;                 // of one that failed
        std::vector<std::string> addresses;  // that listen here
    };

    Seen look_here(const std::vector<Listener>& listeners) const;
    bool held_back(MonoTime now, Check& check);
    void add_edge(Check& check) const;
    void add_crossing(const Levels::Crossing& crossing, Check& check) const;
    nlohmann::ordered_json describe() const;

    const Origin origin_;
    const uint64_t owner_;
    Machine& machine_;
    const uint16_t port_;
    const bool udp_;
    const std::string host_;  // "" is this machine
    const bool connects_;
    const std::vector<std::string> conditions_;
    const Micros timeout_;
    const Micros held_for_;
    Levels levels_;

    std::optional<bool> open_;  // as of the last accepted check
    bool inferred_ = false;     // that is of an earlier life
    std::optional<MonoTime> closed_since_;
    std::unique_ptr<ConnectionAttempt> attempt_;
    std::optional<Seen> now_;
};

}  // namespace sloth
