// The agent's Uplink over gRPC: one bidirectional stream, opened by the agent. Nothing here blocks:
// what comes in is collected until poll(), what goes out waits in a queue while gRPC is writing.
// Used by the agent's thread; gRPC's threads call into what this owns, never into this.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "ports/uplink.h"

namespace sloth {

class GrpcUplink final : public Uplink {
 public:
    // Any channel: over a socket, or in-process.
    explicit GrpcUplink(std::shared_ptr<grpc::Channel> channel);
    // Cancels, and waits for the moment that this takes. Not on one of gRPC's threads.
    ~GrpcUplink() override;
    GrpcUplink(const GrpcUplink&) = delete;
    GrpcUplink& operator=(const GrpcUplink&) = delete;

    void connect(const Agent& self, const std::string& epoch) override;
    void send_events(std::span<const OutboxEntry> entries) override;
    void send_heartbeat() override;
    void send_reply(const UplinkReply& reply) override;
    // What a closed stream still brings is thrown away: no message after this is of it.
    void close() override;
    std::vector<UplinkMessage> poll() override;
    // The last call may come shortly after it was replaced: it must own what it uses.
    void on_message(std::function<void()> wake) override;

 private:
    class Stream;
    struct Inbox;

    std::shared_ptr<grpc::Channel> channel_;
    std::shared_ptr<Inbox> inbox_;
    std::shared_ptr<Stream> stream_;
};

}  // namespace sloth
