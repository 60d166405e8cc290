#include "server/grpc/dispatch_stream.h"

#include <thread>

#include "base/thread_name.h"
#include "domain/event_catalogue.h"
#include "wire/convert.h"

namespace sloth {
namespace {

constexpr size_t kMaxOpen =
    64;  // requests whose answer is due; beyond it we stop reading and gRPC holds the sender back

Event to_event(const v1::NewEvent& message, const v1::DispatchRequest& request) {
    Event event;
    event.id = message.id();
    event.type = message.type();
    event.stack = message.stack();
    event.source = request.source().empty() ? "cli" : request.source();
    event.ordering_key = message.ordering_key();
    event.dedup_key = message.dedup_key();
    if (!message.data().empty()) event.data = message.data();
    if (message.has_timestamp()) event.timestamp = from_micros(message.timestamp());
    if (!request.cause().empty()) apply_cause(request.cause(), event);
    return event;
}

}  // namespace

Result<void> DispatchStream::serve() {
    std::jthread writer([this] {
        name_this_thread("dispatch-out");
        write_replies();
    });
    v1::DispatchRequest request;
    while (stream_.Read(&request)) {
        submit(request);
        const bool gone = content_.wait_for(
            24h, [](const Content& c) { return c.slots.size() < kMaxOpen || c.gone || c.closing; },
            [](const Content& c) { return c.gone || c.closing; });
        if (gone) break;
    }
    content_.update([](Content& content) { content.end = true; });
    writer.join();
    if (content_.update([](const Content& c) { return c.closing; })) {
        return fail_with(
            {Code::unreachable, "the master is shutting down", "send the rest when it is back"});
    }
    return {};
}

void DispatchStream::submit(const v1::DispatchRequest& request) {
    std::vector<Event> events;
    events.reserve(size_t(request.events_size()));
    Slot slot;
    for (const v1::NewEvent& message : request.events()) {
        events.push_back(to_event(message, request));
        slot.types.push_back(message.type());
    }
    const size_t number = content_.update([&](Content& content) {
        content.slots.push_back(std::move(slot));
        return content.next++;
    });
    // The callback may come after this call has lost interest, but never after serve() has
    // returned: write_replies waits for every slot.
    intake_.submit(std::move(events), {}, [this, number](Result<AppendResults> results) {
        content_.update([&](Content& content) {
            content.closing =
                content.closing || (!results && results.error().code == Code::refused);
            content.slots[number - content.first].results = std::move(results);
        });
    });
}

void DispatchStream::write_replies() {
    for (;;) {
        auto slot = content_.wait_for(
            24h,
            [](const Content& c) {
                return c.slots.empty() ? c.end : c.slots.front().results.has_value();
            },
            [](Content& c) -> std::optional<Slot> {
                if (c.slots.empty() || !c.slots.front().results) return {};
                Slot out = std::move(c.slots.front());
                c.slots.pop_front();
                ++c.first;
                return out;
            });
        if (!slot) {
            const bool over = content_.update([](Content& c) { return c.end && c.slots.empty(); });
            if (over) return;
            continue;
        }
        content_.update([](Content&) {});  // there is room again
        // Not line by line: the call's end says it for all.
        if (!*slot->results && slot->results->error().code == Code::refused) continue;
        if (!stream_.Write(to_reply(std::move(*slot)))) {
            content_.update([](Content& c) { c.gone = true; });
        }
    }
}

v1::DispatchReply DispatchStream::to_reply(Slot slot) {
    v1::DispatchReply reply;
    for (size_t i = 0; i < slot.types.size(); ++i) {
        v1::DispatchResult* out = reply.add_results();
        out->set_type(slot.types[i]);
        if (!*slot.results) {
            wire::to_proto(slot.results->error(), out->mutable_error());
            continue;
        }
        const Result<Appended>& result = (**slot.results)[i];
        if (!result) {
            wire::to_proto(result.error(), out->mutable_error());
            continue;
        }
        out->set_seq(result->seq);
        out->set_id(result->id);
        out->set_duplicate(result->duplicate);
        if (find_event_type(slot.types[i])) continue;
        if (const auto near = suggest_event_type(slot.types[i])) {
            out->set_hint(fmt::format("'{}' is not a known event type: did you mean '{}'?",
                                      slot.types[i], *near));
        }
    }
    return reply;
}

}  // namespace sloth
