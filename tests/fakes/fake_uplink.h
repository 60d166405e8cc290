// An uplink whose other side is the test. One thread.
#pragma once

#include <utility>
#include <vector>

#include "ports/uplink.h"

namespace sloth {

class FakeUplink final : public Uplink {
 public:
    void connect(const Agent& self, const std::string& epoch) override {
        ++connects;
        last_self = self;
        last_epoch = epoch;
        open = true;
    }
    void send_events(std::span<const OutboxEntry> entries) override {
        batches.emplace_back(entries.begin(), entries.end());
    }
    void send_heartbeat() override { ++heartbeats; }
    void send_reply(const UplinkReply& reply) override { replies.push_back(reply); }
    void close() override {
        open = false;
        inbox.clear();
    }
    std::vector<UplinkMessage> poll() override { return std::exchange(inbox, {}); }
    void on_message(std::function<void()> wake) override { wake_ = std::move(wake); }

    template <class Message>
    void say(Message message) {
        inbox.emplace_back(std::move(message));
        if (wake_) wake_();
    }
    void break_stream() { say(UplinkClosed{{Code::unreachable, "the stream broke", {}}}); }

    int connects = 0;
    int heartbeats = 0;
    bool open = false;
    Agent last_self;
    std::string last_epoch;
    std::vector<std::vector<OutboxEntry>> batches;
    std::vector<UplinkReply> replies;
    std::vector<UplinkMessage> inbox;

 private:
    std::function<void()> wake_;
};

}  // namespace sloth
