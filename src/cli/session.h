// One command while it runs: its options, its streams, and the connection that it opens when it
// first needs one. One thread, except where a method says otherwise.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/roles.h"
#include "cli/streams.h"
#include "cli/table.h"
#include "wire/status.h"

namespace sloth::cli {

// Any call but those that wait for something a user asked for.
constexpr Micros kCallLimit = 60s;
constexpr Micros kNoLimit = Micros::max();

void set_deadline(grpc::ClientContext& context, Micros limit);

class Session {
 public:
    Session(Streams streams, const Roles& roles, GlobalOptions options);

    const GlobalOptions& options() const { return options_; }
    const Roles& roles() const { return roles_; }
    const Streams& streams() const { return streams_; }
    Format format(Format otherwise = Format::table) const {
        return options_.format.value_or(otherwise);
    }
    WallTime now() const { return roles_.now(); }
    bool colour() const;       // on standard output
    TableStyle style() const;  // for a table on standard output

    // Data, to standard output. False when nobody reads any more (or the disk is full): then stop.
    // These two may be called by any one thread at a time.
    bool print(std::string_view text);
    bool flush();

    // Talk, to standard error: a sentence. `note` only without --quiet.
    void say(std::string_view line);
    void note(std::string_view line);

    // Connects, once. Later calls give the same stub, whatever `need` says.
    Result<v1::Admin::StubInterface*> admin(Need need = Need::any);
    bool in_process() const { return connection_ && connection_->in_process(); }

    template <class Request, class Reply>
    using Method = grpc::Status (v1::Admin::StubInterface::*)(grpc::ClientContext*, const Request&,
                                                              Reply*);
    template <class Request, class Reply>
    Result<Reply> call(Method<Request, Reply> method, const std::type_identity_t<Request>& request,
                       Micros limit = kCallLimit, Need need = Need::any) {
        SLOTH_TRY(auto* stub, admin(need));
        grpc::ClientContext context;
        set_deadline(context, limit);
        Reply reply;
        const grpc::Status status = (stub->*method)(&context, request, &reply);
        if (!status.ok()) return fail_with(explained(status));
        return reply;
    }

    // The error of a call that failed, with a hint where gRPC's own words are no help.
    static Error explained(const grpc::Status& status);

    // What a deletion needs. `question` names what will go. Code::invalid without a terminal and
    // without --yes; Code::failed when the answer is no.
    Result<void> confirm(std::string_view question);
    Result<void> can_confirm() const;

 private:
    Streams streams_;
    const Roles& roles_;
    GlobalOptions options_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace sloth::cli
