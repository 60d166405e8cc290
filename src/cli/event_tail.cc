#include "cli/event_tail.h"

#include "base/json.h"
#include "cli/session.h"
#include "cli/text.h"
#include "cli/yaml.h"
#include "wire/convert.h"
#include "wire/json.h"

namespace sloth::cli {
namespace {

// A stream has no end to close a list with: JSON is one object a line, YAML one document each.
std::string line_of(const Session& session, const Event& event) {
    switch (session.format()) {
        case Format::json:
        case Format::jsonl:
            return wire::event_json(event) + "\n";
        case Format::yaml:
            return "---\n" + to_yaml(wire::to_json(event));
        case Format::name:
            return one_line(event.id) + "\n";
        case Format::table:
            break;
    }
    if (session.options().quiet) return one_line(event.id) + "\n";
    const std::string text = fmt::format("{}  #{:<7} {:<24} {}", format_local(event.created_at),
                                         event.seq, one_line(event.type), one_line(event.data));
    const TableStyle style = session.style();
    return (style.width > 0 ? cut_to(text, style.width) : text) + "\n";
}

}  // namespace

Result<int> tail(Session& session, const Arguments& args) {
    v1::TailEventsRequest request;
    request.set_type(args.text("type"));
    SLOTH_TRY(const int64_t last, args.number("limit", 10, 0));
    request.set_last(last);
    request.set_follow(args.has("follow"));
    SLOTH_TRY(auto* admin, session.admin(request.follow() ? Need::running : Need::any));
    grpc::ClientContext context;
    set_deadline(context, request.follow() ? kNoLimit : kCallLimit);
    const auto reader = admin->TailEvents(&context, request);
    v1::Event message;
    while (reader->Read(&message)) {
        session.print(line_of(session, wire::to_domain(message)));
        if (!session.flush()) {
            context.TryCancel();
            while (reader->Read(&message)) continue;
            static_cast<void>(reader->Finish());
            return 0;
        }
    }
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return fail_with(Session::explained(status));
    return 0;
}

}  // namespace sloth::cli
