#include "cli/secret_input.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "cli/text.h"
#include "domain/secret.h"

namespace sloth::cli {
namespace {

// The echo of a terminal is off as long as this lives.
class NoEcho {
 public:
    explicit NoEcho(int fd) : fd_(fd) {
        if (::tcgetattr(fd_, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
    }
    ~NoEcho() {
        if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

 private:
    int fd_;
    termios before_{};
    bool changed_ = false;
};

Result<std::string> read_all(int fd) {
    std::string text;
    char chunk[4096];
    for (;;) {
        const ssize_t count = ::read(fd, chunk, sizeof chunk);
        if (count == 0) return text;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            return fail(Code::failed, "standard input cannot be read: {}", errno_text(errno));
        text.append(chunk, static_cast<size_t>(count));
        if (text.size() > kMaxSecretBytes + 2)
            return fail(Code::invalid, "a secret has at most {} bytes", kMaxSecretBytes);
    }
}

Result<std::string> ask(Session& session, const std::string& name) {
    const Streams& streams = session.streams();
    std::fprintf(streams.err, "Value of %s (not shown): ", one_line(name).c_str());
    std::fflush(streams.err);
    std::string text;
    {
        const NoEcho quiet(streams.in);
        char c = 0;
        while (::read(streams.in, &c, 1) == 1 && c != '\n') text += c;
    }
    std::fputc('\n', streams.err);
    if (text.empty()) return fail(Code::invalid, "no value was typed: nothing is set");
    return text;
}

}  // namespace

Result<std::string> read_secret(Session& session, const std::string& name, bool keep_line_break) {
    if (session.streams().in_is_tty) return ask(session, name);
    SLOTH_TRY(std::string text, read_all(session.streams().in));
    if (!keep_line_break && text.ends_with('\n')) {
        text.pop_back();
        if (text.ends_with('\r')) text.pop_back();
    }
    if (text.empty()) {
        return fail_with({Code::invalid, "standard input is empty: nothing is set",
                          fmt::format("printf %s \"$VALUE\" | sloth-runner secret set {}", name)});
    }
    return text;
}

}  // namespace sloth::cli
