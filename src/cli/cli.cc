#include "cli/cli.h"

#include <cerrno>

#include "base/file.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/parse.h"

namespace sloth::cli {
namespace {

constexpr int kNobodyReads = 141;  // as a program that SIGPIPE ends

Result<int> run(Session& session, const Request& request) {
    if (request.version) {
        session.print(fmt::format("sloth-runner {}\n", session.roles().version));
        return 0;
    }
    if (request.help) {
        session.print(request.command != nullptr ? help_command(*request.group, *request.command)
                      : request.group != nullptr ? help_group(*request.group)
                                                 : help_overview());
        return 0;
    }
    if (request.command == nullptr) {
        const std::string text =
            request.group != nullptr ? help_group(*request.group) : help_overview();
        std::fputs(text.c_str(), session.streams().err);
        return exit_code(Code::invalid);
    }
    return request.command->run(session, request.arguments);
}

}  // namespace

int run_cli(std::span<const std::string> args, Streams streams, const Roles& roles) {
    Request request;
    const Result<void> parsed = parse(args, request);
    Session session(std::move(streams), roles, request.options);
    const Result<int> ended =
        parsed ? run(session, request) : Result<int>(std::unexpected(parsed.error()));
    errno = 0;
    if (!session.flush()) {
        if (errno == EPIPE || errno == 0) return kNobodyReads;
        print_error(
            session,
            {Code::failed, fmt::format("the output cannot be written: {}", errno_text(errno)), ""});
        return exit_code(Code::failed);
    }
    if (ended) return *ended;
    print_error(session, ended.error());
    return exit_code(ended.error().code);
}

}  // namespace sloth::cli
