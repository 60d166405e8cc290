// The master's end of one agent's stream: a gRPC reactor that parks no thread. It knows the order
// of reading, writing and ending; what the messages mean is its AgentStreamOwner's business.
//
// Owns itself until gRPC says that the call is done. Any thread may call send(), finish() and
// abort().
#pragma once

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "base/time.h"
#include "sloth/v1/agent.pb.h"

namespace sloth {

class AgentStream;

// Called on gRPC's threads, one call at a time for one stream; `ended` is the last one.
class AgentStreamOwner {
 public:
    virtual ~AgentStreamOwner() = default;
    virtual void received(const std::shared_ptr<AgentStream>& stream, v1::AgentMessage message) = 0;
    virtual void ended(const std::shared_ptr<AgentStream>& stream) = 0;
};

class AgentStream final : public grpc::ServerBidiReactor<v1::AgentMessage, v1::MasterMessage>,
                          public std::enable_shared_from_this<AgentStream> {
 public:
    static std::shared_ptr<AgentStream> start(AgentStreamOwner& owner,
                                              grpc::CallbackServerContext& context);

    void send(v1::MasterMessage message);
    // Ends the call when what is being written is out. The first reason counts.
    void finish(const grpc::Status& status, std::string reason);
    // Ends it without waiting for the peer, which may be dead.
    void abort(const grpc::Status& status, std::string reason);

    const std::string& peer() const { return peer_; }
    std::string reason();

    // What the owner notes about it.
    std::string agent;                   // by its hello; "" before. Written once, by received().
    std::string epoch;                   // the same
    std::atomic<int64_t> heard{0};       // MonoTime of the last message, as its count
    std::atomic<int64_t> heard_wall{0};  // the same as WallTime
    std::atomic<uint64_t> stored{0};     // sequence
    std::atomic<bool> welcomed{false};
    std::atomic<int> appends_in_flight{0};
    std::atomic<int> refused{0};  // appends, since the last one that was stored
    MonoTime rate_free_at{};      // received() only: when its rate allows more

    void OnReadDone(bool ok) override;
    void OnWriteDone(bool ok) override;
    void OnCancel() override;
    void OnDone() override;

 private:
    struct Out {
        std::deque<v1::MasterMessage> queue;
        bool writing = false;
        int busy = 0;  // operations being started outside the lock: the end waits for them
        std::optional<grpc::Status> status;
        bool finished = false;
        std::string reason;
    };

    AgentStream(AgentStreamOwner& owner, grpc::CallbackServerContext& context);
    bool begin_write(Out& out);
    static bool begin_finish(Out& out);
    void end_if(bool now);

    AgentStreamOwner& owner_;
    grpc::CallbackServerContext& context_;
    const std::string peer_;
    v1::AgentMessage incoming_;
    v1::MasterMessage outgoing_;
    Guarded<Out> out_;
    std::shared_ptr<AgentStream> self_;
};

}  // namespace sloth
