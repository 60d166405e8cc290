#include "transport/grpc/uplink.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "base/guarded.h"
#include "sloth/v1/agent.grpc.pb.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth {
namespace {

std::optional<UplinkRequest::Kind> kind_of(v1::Request::Kind kind) {
    using Kind = UplinkRequest::Kind;
    switch (kind) {
        case v1::Request::WATCHER_LIST:
            return Kind::watcher_list;
        case v1::Request::WATCHER_GET:
            return Kind::watcher_get;
        case v1::Request::WATCHER_PUT:
            return Kind::watcher_put;
        case v1::Request::WATCHER_VERIFY:
            return Kind::watcher_verify;
        case v1::Request::WATCHER_DELETE:
            return Kind::watcher_delete;
        default:
            return {};
    }
}

// Nothing for what this version does not know.
std::optional<UplinkMessage> to_message(const v1::MasterMessage& message) {
    if (message.has_welcome()) return UplinkWelcome{message.welcome().sequence()};
    if (message.has_ack()) return UplinkAck{message.ack().sequence()};
    if (message.has_hold()) return UplinkHold{Micros(message.hold().for_us())};
    if (!message.has_request()) return {};
    const v1::Request& request = message.request();
    const auto kind = kind_of(request.kind());
    if (!kind) return {};
    return UplinkRequest{request.request(), *kind, request.watcher_id(), request.spec()};
}

v1::AgentMessage refusal(const v1::Request& request) {
    v1::AgentMessage message;
    v1::Reply& reply = *message.mutable_reply();
    reply.set_request(request.request());
    wire::to_proto({Code::invalid, "this agent does not know what it is asked",
                    "use the same version of sloth-runner on master and agent"},
                   reply.mutable_error());
    return message;
}

}  // namespace

// Shared with the streams, so that one that ends late has somewhere to put its last word.
struct GrpcUplink::Inbox {
    struct State {
        uint64_t stream = 0;  // whose messages are wanted
        std::vector<UplinkMessage> messages;
        std::function<void()> wake;
    };
    Guarded<State> state;
    Signal<int> streams;  // that have not ended

    void put(uint64_t stream, UplinkMessage message) {
        const std::function<void()> wake = state.with([&](State& s) -> std::function<void()> {
            if (s.stream != stream) return {};
            s.messages.push_back(std::move(message));
            return s.wake;
        });
        if (wake) wake();
    }
};

// One call. Owns itself from start() until gRPC says that it is done. Everything but gRPC's own
// reactions is guarded: a write may start from the agent's thread, the end comes from gRPC's.
class GrpcUplink::Stream final
    : public grpc::ClientBidiReactor<v1::AgentMessage, v1::MasterMessage>,
      public std::enable_shared_from_this<Stream> {
 public:
    Stream(std::shared_ptr<Inbox> inbox, uint64_t number)
        : inbox_(std::move(inbox)), number_(number) {}

    void start(const std::shared_ptr<grpc::Channel>& channel, v1::AgentMessage hello) {
        self_ = shared_from_this();
        inbox_->streams.update([](int& count) { ++count; });
        stub_ = v1::AgentLink::NewStub(channel);
        stub_->async()->Connect(&context_, this);
        // Writes start outside of reactions: the hold keeps the call from ending under them.
        AddHold();
        StartRead(&incoming_);
        StartCall();
        send(std::move(hello));
    }

    void send(v1::AgentMessage message) {
        const bool start = out_.with([&](Out& out) {
            if (out.ended) return false;
            out.queue.push_back(std::move(message));
            return begin_write(out);
        });
        if (start) StartWrite(&outgoing_);
    }

    // One that waits to be written says as much as two.
    bool heartbeat_waits() {
        return out_.with([](const Out& out) {
            return std::ranges::any_of(out.queue, &v1::AgentMessage::has_heartbeat);
        });
    }

    void cancel() {
        end_writes();
        context_.TryCancel();
    }

    void OnWriteDone(bool ok) override {
        bool release = false;
        const bool start = out_.with([&](Out& out) {
            out.writing = false;
            out.queue.pop_front();
            if (!ok) out.ended = true;
            if (out.ended) release = let_go(out);
            return !out.ended && begin_write(out);
        });
        if (start) StartWrite(&outgoing_);
        if (release) RemoveHold();
    }

    void OnReadDone(bool ok) override {
        if (!ok) {
            end_writes();
            return;
        }
        if (auto message = to_message(incoming_)) {
            inbox_->put(number_, std::move(*message));
        } else if (incoming_.has_request()) {
            send(refusal(incoming_.request()));  // else the asker waits until its time is over
        }
        StartRead(&incoming_);
    }

    void OnDone(const grpc::Status& status) override {
        Error error{Code::unreachable, "the master has closed the stream", {}};
        if (!status.ok()) error = wire::from_status(status);
        inbox_->put(number_, UplinkClosed{std::move(error)});
        const std::shared_ptr<Inbox> inbox = inbox_;
        self_.reset();
        inbox->streams.update([](int& count) { --count; });
    }

 private:
    struct Out {
        std::deque<v1::AgentMessage> queue;  // the first one is being written while `writing`
        bool writing = false;
        bool ended = false;
        bool held = true;
    };

    // Under the lock; the caller starts the write after it.
    bool begin_write(Out& out) {
        if (out.writing || out.queue.empty()) return false;
        out.writing = true;
        outgoing_.Swap(&out.queue.front());
        return true;
    }

    // Under the lock. True once, when no write can start any more.
    static bool let_go(Out& out) {
        if (out.writing || !out.held) return false;
        out.held = false;
        return true;
    }

    void end_writes() {
        const bool release = out_.with([](Out& out) {
            out.ended = true;
            return let_go(out);
        });
        if (release) RemoveHold();
    }

    const std::shared_ptr<Inbox> inbox_;
    const uint64_t number_;
    std::unique_ptr<v1::AgentLink::Stub> stub_;
    grpc::ClientContext context_;
    v1::MasterMessage incoming_;
    v1::AgentMessage outgoing_;
    Guarded<Out> out_;
    std::shared_ptr<Stream> self_;
};

GrpcUplink::GrpcUplink(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)), inbox_(std::make_shared<Inbox>()) {}

// A stream holds its channel until it has ended, and gRPC's own threads must not be the ones that
// give up the last hold on a channel: they would wait for themselves. So this waits for them.
GrpcUplink::~GrpcUplink() {
    close();
    inbox_->streams.wait_for(5s, [](int count) { return count == 0; }, [](int) {});
}

void GrpcUplink::connect(const Agent& self, const std::string& epoch) {
    close();
    const uint64_t number = inbox_->state.with([](Inbox::State& s) {
        s.messages.clear();
        return ++s.stream;
    });
    v1::AgentMessage message;
    v1::Hello& hello = *message.mutable_hello();
    hello.set_name(self.name);
    hello.set_version(self.version);
    for (const std::string& tag : self.tags) hello.add_tags(tag);
    hello.set_system_info(self.system_info);
    hello.set_epoch(epoch);
    stream_ = std::make_shared<Stream>(inbox_, number);
    stream_->start(channel_, std::move(message));
}

void GrpcUplink::send_events(std::span<const OutboxEntry> entries) {
    if (!stream_) return;
    v1::AgentMessage message;
    for (const OutboxEntry& entry : entries) {
        v1::OutboxEvent& event = *message.mutable_events()->add_events();
        event.set_sequence(entry.sequence);
        wire::to_proto(entry.event, event.mutable_event());
    }
    stream_->send(std::move(message));
}

void GrpcUplink::send_heartbeat() {
    if (!stream_ || stream_->heartbeat_waits()) return;
    v1::AgentMessage message;
    message.mutable_heartbeat();
    stream_->send(std::move(message));
}

void GrpcUplink::send_reply(const UplinkReply& reply) {
    if (!stream_) return;
    v1::AgentMessage message;
    v1::Reply& out = *message.mutable_reply();
    out.set_request(reply.request);
    if (reply.result) {
        out.set_result(*reply.result);
    } else {
        wire::to_proto(reply.result.error(), out.mutable_error());
    }
    stream_->send(std::move(message));
}

void GrpcUplink::close() {
    if (!stream_) return;
    inbox_->state.with([](Inbox::State& s) {
        ++s.stream;
        s.messages.clear();
    });
    stream_->cancel();
    stream_.reset();
}

std::vector<UplinkMessage> GrpcUplink::poll() {
    return inbox_->state.with(
        [](Inbox::State& s) { return std::exchange(s.messages, std::vector<UplinkMessage>()); });
}

void GrpcUplink::on_message(std::function<void()> wake) {
    inbox_->state.with([&](Inbox::State& s) { s.wake = std::move(wake); });
}

}  // namespace sloth
