#include "cli/dispatch.h"

#include "base/json.h"
#include "cli/dispatch_stream.h"
#include "cli/event_text.h"
#include "cli/hook_text.h"
#include "cli/input.h"
#include "cli/new_event.h"
#include "cli/output.h"
#include "cli/text.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

Result<v1::DispatchResult> send(Session& session, v1::NewEvent event) {
    SLOTH_TRY(auto* admin, session.admin());
    grpc::ClientContext context;
    set_deadline(context, kCallLimit);
    const auto stream = admin->Dispatch(&context);
    v1::DispatchRequest request;
    *request.add_events() = std::move(event);
    request.set_source("cli");
    request.set_cause(session.streams().cause);
    v1::DispatchReply reply;
    bool answered = stream->Write(request) && stream->WritesDone() && stream->Read(&reply);
    v1::DispatchReply more;
    while (stream->Read(&more)) continue;
    const grpc::Status status = stream->Finish();
    answered = answered && reply.results_size() == 1;
    if (!answered && !status.ok()) return fail_with(Session::explained(status));
    if (!answered) return fail(Code::failed, "the master did not say what became of the event");
    if (reply.results(0).has_error()) return fail_with(wire::to_domain(reply.results(0).error()));
    return reply.results(0);
}

Result<int> wait(Session& session, const v1::DispatchResult& accepted, Micros timeout) {
    if (session.in_process()) {
        return fail_with({Code::unreachable,
                          fmt::format("event #{} is stored, but no master runs: nothing runs until "
                                      "a master does",
                                      accepted.seq()),
                          "start one with `sloth-runner up`"});
    }
    v1::WaitEventRequest request;
    request.set_ref(accepted.id());
    request.set_timeout_us(timeout.count());
    // The master keeps the time; this limit is for one that hangs.
    SLOTH_TRY(const auto detail,
              session.call(&v1::Admin::StubInterface::WaitEvent, request, timeout + Micros(5s)));
    const EventRuns shown = event_runs(detail);
    if (session.format() == Format::name) {
        session.print(one_line(shown.event.id) + "\n");
    } else {
        print_one(session, event_runs_json(shown), "event", event_runs_text(session, shown));
    }
    return shown.event.status == EventStatus::failed ? kAwaitedFailed : 0;
}

// As JSON or YAML the event as it is stored; a line of jsonl is what a stream of events gets, too.
void print_accepted(Session& session, const v1::DispatchResult& accepted) {
    Json out;
    if (session.format() == Format::json || session.format() == Format::yaml) {
        v1::EventRef request;
        request.set_ref(accepted.id());
        const auto stored = session.call(&v1::Admin::StubInterface::GetEvent, request);
        if (stored) out = wire::to_json(wire::to_domain(stored->event()));
        out["seq"] = accepted.seq();
    }
    out["id"] = accepted.id();
    out["type"] = accepted.type();
    if (accepted.duplicate()) out["duplicate"] = true;
    print_one(session, out, "id",
              fmt::format("Event: {}\nNumber: #{}\nType: {}\n{}", one_line(accepted.id()),
                          accepted.seq(), one_line(accepted.type()),
                          accepted.duplicate() ? "Stored before: nothing was added.\n" : ""));
    session.flush();
}

Result<int> dispatch_one(Session& session, const Arguments& args) {
    SLOTH_TRY(auto timeout, args.duration("timeout"));
    if (timeout && !args.has("wait")) {
        return fail(Code::invalid, "--timeout is for --wait");
    }
    v1::NewEvent event;
    event.set_type(args.operands[0]);
    event.set_id(args.text("id"));
    event.set_stack(args.text("stack"));
    event.set_ordering_key(args.text("key"));
    if (args.has("data")) {
        SLOTH_TRY(*event.mutable_data(), read_data(session, args.text("data")));
    }
    SLOTH_TRY_VOID(check(event));
    SLOTH_TRY(const auto accepted, send(session, std::move(event)));
    if (!accepted.hint().empty()) session.note("hint: " + accepted.hint());
    // With --wait the event is printed once, in its final state; what is known now goes to people.
    if (!args.has("wait") || session.in_process()) {
        print_accepted(session, accepted);
        if (!args.has("wait") && session.in_process()) {
            session.note(
                "no master runs: it is stored, and its hooks run when one does "
                "(`sloth-runner up`)");
        }
        if (!args.has("wait")) return 0;
    } else {
        session.note(
            fmt::format("event #{} {} is accepted; waiting", accepted.seq(), accepted.id()));
    }
    return wait(session, accepted, timeout.value_or(Micros(30s)));
}

}  // namespace

Result<int> dispatch(Session& session, const Arguments& args) {
    if (!args.has("file")) {
        if (args.operands.empty()) {
            return fail_with({Code::invalid, "the event's type is missing",
                              "usage: sloth-runner events dispatch TYPE, or --file FILE"});
        }
        return dispatch_one(session, args);
    }
    for (const char* flag : {"data", "id", "key", "stack", "timeout", "wait"}) {
        if (args.has(flag)) return fail(Code::invalid, "--file and --{} exclude each other", flag);
    }
    if (!args.operands.empty()) {
        return fail(Code::invalid, "--file and the type '{}' exclude each other", args.operands[0]);
    }
    return dispatch_stream(session, args.text("file"));
}

}  // namespace sloth::cli
