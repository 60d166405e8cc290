// The agent's one stream to its master. Used by the agent's thread; `poll` never blocks.
// Adapter: transport/grpc/uplink; fake: tests/fakes/fake_uplink.h.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "domain/agent.h"
#include "ports/watcher_store.h"

namespace sloth {

// The stream is up and the master has stored everything up to `sequence` of our epoch.
struct UplinkWelcome {
    uint64_t sequence = 0;
};
struct UplinkAck {
    uint64_t sequence = 0;
};
// Asked by an operator through the master; answered with UplinkReply of the same number.
struct UplinkRequest {
    enum class Kind : uint8_t {
        watcher_list,    // an array of watchers
        watcher_get,     // one; `watcher_id` may be a unique prefix, or a label
        watcher_put,     // `spec` with its id and revision is made, or changed to; answers it
        watcher_delete,  // answers the one that was
        watcher_verify,  // a WatcherRecord (domain/watcher_record.h) as JSON
    };
    uint64_t request = 0;
    Kind kind = Kind::watcher_list;
    std::string watcher_id;
    std::string spec;  // JSON, for put
};
// The master cannot take more: no events for so long, then those since the last acknowledgement
// again.
struct UplinkHold {
    Micros wait{};
};
struct UplinkClosed {
    Error error;
};
using UplinkMessage =
    std::variant<UplinkWelcome, UplinkAck, UplinkHold, UplinkRequest, UplinkClosed>;

struct UplinkReply {
    uint64_t request = 0;
    Result<std::string> result;  // JSON: one watcher, or an array of them
};

class Uplink {
 public:
    virtual ~Uplink() = default;
    virtual void connect(const Agent& self,
                         const std::string& epoch) = 0;  // outcome by poll: welcome or closed
    virtual void send_events(std::span<const OutboxEntry> entries) = 0;
    virtual void send_heartbeat() = 0;
    virtual void send_reply(const UplinkReply& reply) = 0;
    virtual void close() = 0;
    virtual std::vector<UplinkMessage> poll() = 0;
    // Called from any thread when poll() has something new.
    virtual void on_message(std::function<void()> wake) = 0;
};

}  // namespace sloth
