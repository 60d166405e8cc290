#include "server/grpc/agent_stream.h"

#include <grpcpp/server_context.h>

#include <utility>

namespace sloth {

AgentStream::AgentStream(AgentStreamOwner& owner, grpc::CallbackServerContext& context)
    : owner_(owner), context_(context), peer_(context.peer()) {}

std::shared_ptr<AgentStream> AgentStream::start(AgentStreamOwner& owner,
                                                grpc::CallbackServerContext& context) {
    std::shared_ptr<AgentStream> stream(new AgentStream(owner, context));
    stream->self_ = stream;
    stream->StartRead(&stream->incoming_);
    return stream;
}

bool AgentStream::begin_write(Out& out) {
    if (out.writing || out.queue.empty() || out.status) return false;
    out.writing = true;
    outgoing_.Swap(&out.queue.front());
    return true;
}

bool AgentStream::begin_finish(Out& out) {
    if (!out.status || out.writing || out.busy > 0 || out.finished) return false;
    out.finished = true;
    return true;
}

void AgentStream::end_if(bool now) {
    if (!now) return;
    Finish(out_.with([](const Out& out) { return *out.status; }));
}

void AgentStream::send(v1::MasterMessage message) {
    const bool start = out_.with([&](Out& out) {
        if (out.status) return false;
        out.queue.push_back(std::move(message));
        return begin_write(out);
    });
    if (start) StartWrite(&outgoing_);
}

void AgentStream::finish(const grpc::Status& status, std::string reason) {
    end_if(out_.with([&](Out& out) {
        if (!out.status) {
            out.status = status;
            out.reason = std::move(reason);
        }
        return begin_finish(out);
    }));
}

void AgentStream::abort(const grpc::Status& status, std::string reason) {
    const bool cancel = out_.with([&](Out& out) {
        if (out.finished) return false;
        if (!out.status) {
            out.status = status;
            out.reason = std::move(reason);
        }
        // A peer that still reads is told why; one that does not would hold up the end for ever.
        if (out.writing) ++out.busy;
        return out.writing;
    });
    if (cancel) context_.TryCancel();
    end_if(out_.with([&](Out& out) {
        if (cancel) --out.busy;
        return begin_finish(out);
    }));
}

std::string AgentStream::reason() {
    return out_.with([](const Out& out) { return out.reason; });
}

void AgentStream::OnReadDone(bool ok) {
    if (!ok) return finish(grpc::Status::OK, "the stream ended");
    owner_.received(shared_from_this(), std::exchange(incoming_, v1::AgentMessage()));
    StartRead(&incoming_);
}

void AgentStream::OnWriteDone(bool ok) {
    bool end = false;
    const bool start = out_.with([&](Out& out) {
        out.writing = false;
        out.queue.pop_front();
        if (!ok && !out.status) {
            out.status = grpc::Status::CANCELLED;
            out.reason = "the stream broke";
        }
        end = begin_finish(out);
        return begin_write(out);
    });
    if (start) StartWrite(&outgoing_);
    end_if(end);
}

void AgentStream::OnCancel() { finish(grpc::Status::CANCELLED, "the stream broke"); }

void AgentStream::OnDone() {
    const std::shared_ptr<AgentStream> self = std::move(self_);
    owner_.ended(self);
}

}  // namespace sloth
