#include <algorithm>
#include <thread>

#include "server/grpc/admin_service.h"
#include "server/grpc/dispatch_stream.h"
#include "wire/convert.h"
#include "wire/status.h"

namespace sloth {
namespace {

constexpr Micros kLook = 100ms;  // how often a waiting call asks whether its caller is still there

grpc::Status answer(const Result<void>& result) {
    return result ? grpc::Status::OK : wire::to_status(result.error());
}

}  // namespace

grpc::Status AdminService::Dispatch(
    Context*, grpc::ServerReaderWriter<v1::DispatchReply, v1::DispatchRequest>* stream) {
    return answer(DispatchStream(parts_.intake, *stream).serve());
}

Result<void> AdminService::detail(const Event& event, v1::EventDetail* out) {
    ExecutionFilter filter;
    filter.event_id = event.id;
    filter.interrupted = true;
    filter.limit = 10'000;
    SLOTH_TRY(const auto executions, parts_.executions.list(filter));
    wire::to_proto(event, out->mutable_event());
    for (const Execution& execution : executions) wire::to_proto(execution, out->add_executions());
    return {};
}

Result<void> AdminService::wait_event(Context* context, const v1::WaitEventRequest& request,
                                      v1::EventDetail* out) {
    SLOTH_TRY(Event event, parts_.events.find(request.ref()));
    Waiters::Ticket ticket(parts_.waiters, event.seq);
    SLOTH_TRY(event, parts_.events.get(
                         event.seq));  // again: it may have ended before the ticket was drawn
    if (!is_final(event.status) && !parts_.runs_hooks) {
        return fail_with(
            {Code::unreachable,
             fmt::format(
                 "event {} is stored, but no master is running: nothing runs until one does",
                 event.id),
             "start one with 'sloth-runner up'"});
    }
    const MonoTime deadline = parts_.clock.mono() + Micros(request.timeout_us());
    while (!is_final(event.status)) {
        if (stopping_ || context->IsCancelled()) {
            return fail(Code::unreachable, "the master is shutting down; event {} is stored",
                        event.id);
        }
        const Micros left = std::chrono::duration_cast<Micros>(deadline - parts_.clock.mono());
        if (left <= 0us) {
            return fail_with(
                {Code::timed_out,
                 fmt::format("event {} was not finished within {}", event.id,
                             format_duration(Micros(request.timeout_us()))),
                 fmt::format("look again with 'sloth-runner events show {}'", event.seq)});
        }
        if (ticket.wait(std::min(left, kLook))) {
            SLOTH_TRY(event, parts_.events.get(event.seq));
        }
    }
    return detail(event, out);
}

grpc::Status AdminService::WaitEvent(Context* context, const v1::WaitEventRequest* request,
                                     v1::EventDetail* out) {
    return answer(wait_event(context, *request, out));
}

grpc::Status AdminService::ListEvents(Context*, const v1::ListEventsRequest* request,
                                      v1::EventList* out) {
    const auto list = [&]() -> Result<void> {
        EventFilter filter;
        filter.type = request->type();
        if (!request->status().empty()) {
            SLOTH_TRY(filter.status, parse_event_status(request->status()));
        }
        filter.stack = request->stack();
        filter.agent = request->agent();
        if (request->has_since()) filter.since = from_micros(request->since());
        filter.limit = size_t(std::clamp<int64_t>(request->limit(), 1, 100'000));
        SLOTH_TRY(const auto events, parts_.events.list(filter));
        SLOTH_TRY(const EventCounts counts, parts_.events.counts());
        for (const Event& event : events) wire::to_proto(event, out->add_events());
        out->set_total(counts.total);
        return {};
    };
    return answer(list());
}

grpc::Status AdminService::GetEvent(Context*, const v1::EventRef* request, v1::EventDetail* out) {
    const auto event = parts_.events.find(request->ref());
    if (!event) return wire::to_status(event.error());
    return answer(detail(*event, out));
}

grpc::Status AdminService::DeleteEvent(Context*, const v1::EventRef* request, v1::Event* out) {
    const auto event = parts_.events.find(request->ref());
    if (!event) return wire::to_status(event.error());
    wire::to_proto(*event, out);
    return answer(parts_.events.erase(event->seq));
}

grpc::Status AdminService::CleanupEvents(Context*, const v1::CleanupEventsRequest* request,
                                         v1::CleanupEventsReply* out) {
    const auto count = parts_.events.cleanup(parts_.clock.wall() - Micros(request->older_than_us()),
                                             request->dry_run());
    if (!count) return wire::to_status(count.error());
    out->set_count(*count);
    return grpc::Status::OK;
}

Result<void> AdminService::tail(Context* context, const v1::TailEventsRequest& request,
                                grpc::ServerWriter<v1::Event>* writer) {
    EventFilter filter;
    filter.type = request.type();
    SLOTH_TRY(const EventCounts counts, parts_.events.counts());
    filter.after_seq = counts.last_seq;
    if (request.last() > 0) {
        EventFilter recent = filter;
        recent.after_seq.reset();
        recent.limit = size_t(std::min<int64_t>(request.last(), 10'000));
        SLOTH_TRY(auto events, parts_.events.list(recent));
        std::ranges::sort(events, {}, &Event::seq);
        if (!events.empty()) filter.after_seq = std::max(*filter.after_seq, events.back().seq);
        for (const Event& event : events) {
            v1::Event message;
            wire::to_proto(event, &message);
            if (!writer->Write(message)) return {};
        }
    }
    while (request.follow() && !stopping_ && !context->IsCancelled()) {
        filter.limit = 500;
        SLOTH_TRY(const auto events, parts_.events.list(filter));
        for (const Event& event : events) {
            v1::Event message;
            wire::to_proto(event, &message);
            if (!writer->Write(message)) return {};
            filter.after_seq = event.seq;
        }
        if (events.empty()) std::this_thread::sleep_for(kLook);
    }
    return {};
}

grpc::Status AdminService::TailEvents(Context* context, const v1::TailEventsRequest* request,
                                      grpc::ServerWriter<v1::Event>* writer) {
    return answer(tail(context, *request, writer));
}

}  // namespace sloth
