#include "cli/session.h"

#include <grpc/grpc.h>
#include <grpc/support/time.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "cli/text.h"

namespace sloth::cli {

Streams standard_streams() {
    Streams streams;
    streams.in_is_tty = isatty(STDIN_FILENO) == 1;
    streams.out_is_tty = isatty(STDOUT_FILENO) == 1;
    streams.err_is_tty = isatty(STDERR_FILENO) == 1;
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        streams.width = size.ws_col;
    const char* no_color = std::getenv("NO_COLOR");
    streams.no_color = no_color != nullptr && *no_color != '\0';
    if (const char* cause = std::getenv("SLOTH_CAUSE")) streams.cause = cause;
    return streams;
}

void set_deadline(grpc::ClientContext& context, Micros limit) {
    if (limit == kNoLimit) return;
    context.set_deadline(gpr_time_from_micros(limit.count(), GPR_TIMESPAN));
}

Session::Session(Streams streams, const Roles& roles, GlobalOptions options)
    : streams_(std::move(streams)), roles_(roles), options_(std::move(options)) {}

bool Session::colour() const {
    if (options_.color == "always") return true;
    if (options_.color == "never") return false;
    return streams_.out_is_tty && !streams_.no_color;
}

TableStyle Session::style() const {
    const bool tty = streams_.out_is_tty;
    return {
        .width = tty ? static_cast<size_t>(streams_.width) : 0, .colour = colour(), .rule = tty};
}

bool Session::print(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), streams_.out) == text.size();
}

bool Session::flush() { return std::fflush(streams_.out) == 0 && std::ferror(streams_.out) == 0; }

void Session::say(std::string_view line) {
    const std::string text = hanging(line) + "\n";
    std::fflush(streams_.out);  // in the order in which it happened, where both are one terminal
    std::fwrite(text.data(), 1, text.size(), streams_.err);
    std::fflush(streams_.err);
}

void Session::note(std::string_view line) {
    // Who no longer reads the data does not want to hear about it either.
    if (!options_.quiet && flush()) say(line);
}

Result<v1::Admin::StubInterface*> Session::admin(Need need) {
    if (!connection_) {
        // A reader that goes away is seen as a failed write, not as the end of the process.
        std::signal(SIGPIPE, SIG_IGN);
        // Held until the process ends: when the last channel lets go of a dead peer, gRPC would
        // wait for its own poller, for up to ten seconds, before the command could end.
        grpc_init();
        SLOTH_TRY(connection_, roles_.connect(options_, need));
    }
    return &connection_->admin();
}

Error Session::explained(const grpc::Status& status) {
    Error error = wire::from_status(status);
    if (error.code == Code::unreachable && status.error_details().empty()) {
        error.message = fmt::format("the master does not answer: {}", error.message);
        error.hint = "see `sloth-runner status`; `sloth-runner up` starts one";
    }
    if (status.error_code() == grpc::DEADLINE_EXCEEDED && status.error_details().empty()) {
        error.message = "the master did not answer in time";
    }
    return error;
}

Result<void> Session::can_confirm() const {
    if (options_.yes || streams_.in_is_tty) return {};
    return fail_with({Code::invalid,
                      "this asks before it does it, and there is no terminal to ask on",
                      "say --yes to go on without being asked"});
}

Result<void> Session::confirm(std::string_view question) {
    SLOTH_TRY_VOID(can_confirm());
    if (options_.yes) return {};
    const std::string text = one_line(question) + " [y/N] ";
    std::fwrite(text.data(), 1, text.size(), streams_.err);
    std::fflush(streams_.err);
    std::string answer;
    char c = 0;
    while (read(streams_.in, &c, 1) == 1 && c != '\n') answer += c;
    if (answer == "y" || answer == "Y" || answer == "yes") return {};
    return fail(Code::failed, "nothing was done");
}

}  // namespace sloth::cli
