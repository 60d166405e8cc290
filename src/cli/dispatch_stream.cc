#include "cli/dispatch_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <set>
#include <thread>

#include "base/file.h"
#include "base/guarded.h"
#include "base/json.h"
#include "base/similar.h"
#include "base/thread_name.h"
#include "cli/input.h"
#include "cli/line_reader.h"
#include "cli/new_event.h"
#include "cli/text.h"
#include "domain/event.h"
#include "wire/convert.h"

namespace sloth::cli {
namespace {

constexpr int kMaxBatch = 256;
constexpr size_t kMaxBatchBytes = 1 << 20;  // well under gRPC's limit of 4 MiB a message
constexpr size_t kMaxLine = 4 * kMaxEventBytes;

using Stream = grpc::ClientReaderWriterInterface<v1::DispatchRequest, v1::DispatchReply>;

// The accepted events, on standard output.
class Report {
 public:
    explicit Report(Session& session) : session_(session) {}

    void accepted(const v1::DispatchResult& result, int64_t line) {
        if (!result.hint().empty()) session_.note(fmt::format("line {}: {}", line, result.hint()));
        if (session_.format() == Format::name || session_.format() == Format::table) {
            session_.print(one_line(result.id()) + "\n");
        } else {
            Json out;
            out["id"] = result.id();
            out["type"] = result.type();
            if (result.duplicate()) out["duplicate"] = true;
            const std::string text = dump_json(out);
            if (session_.format() == Format::jsonl) {
                session_.print(text + "\n");
            } else if (session_.format() == Format::yaml) {
                session_.print((count_ == 0 ? "items:\n- " : "- ") + text + "\n");
            } else {
                session_.print((count_ == 0 ? "{\"items\": [\n  " : ",\n  ") + text);
            }
        }
        ++count_;
    }

    void end() {
        if (session_.format() == Format::json) {
            session_.print(count_ == 0 ? "{\"items\": []}\n" : "\n]}\n");
        }
        if (session_.format() == Format::yaml && count_ == 0) session_.print("items: []\n");
    }

    int64_t count() const { return count_; }

 private:
    Session& session_;
    int64_t count_ = 0;
};

class Sender {
 public:
    Sender(Session& session, Stream& stream, grpc::ClientContext& context, int input)
        : session_(session),
          stream_(stream),
          context_(context),
          input_(input),
          ended_(eventfd(0, EFD_CLOEXEC)),
          reader_(input, kMaxLine) {}

    Result<int> run() {
        std::thread answers([this] {
            name_this_thread("dispatch-read");
            while (step_answers()) continue;
            static_cast<void>(eventfd_write(ended_.get(), 1));
        });
        const Result<void> sent = send_all();
        stream_.WritesDone();  // what is under way is still answered
        answers.join();
        return finish(sent, stream_.Finish());
    }

 private:
    // The answers' thread. False when the stream is over.
    bool step_answers() {
        v1::DispatchReply reply;
        if (!stream_.Read(&reply)) return false;
        for (const v1::DispatchResult& result : reply.results()) {
            const int64_t line = lines_.with([](std::deque<int64_t>& lines) {
                const int64_t first = lines.empty() ? 0 : lines.front();
                if (!lines.empty()) lines.pop_front();
                return first;
            });
            if (result.has_error()) {
                bad_line(line, wire::to_domain(result.error()));
            } else {
                report_.accepted(result, line);
            }
        }
        if (session_.flush()) return true;
        closed_ = true;
        context_.TryCancel();
        return false;
    }

    // The command's thread, from here on.
    Result<void> send_all() {
        while (true) {
            while (auto line = reader_.next()) {
                take(*line);
                if (full() && !send()) return {};
            }
            if (!send()) return {};
            if (over_) return {};
            if (!wait_for_input()) return {};
            SLOTH_TRY(const bool more, reader_.fill());
            over_ = !more;
        }
    }

    // False when the stream ended first.
    bool wait_for_input() {
        pollfd ends[2]{{input_, POLLIN, 0}, {ended_.get(), POLLIN, 0}};
        while (poll(ends, 2, -1) < 0 && errno == EINTR) continue;
        return (ends[1].revents & POLLIN) == 0;
    }

    void take(const LineReader::Line& line) {
        if (line.text.find_first_not_of(" \t") == std::string::npos) return;
        if (line.too_long) {
            bad_line(line.number, {Code::invalid, "longer than 4 MiB", ""});
            return;
        }
        auto parsed = parse_event_line(line.text);
        if (!parsed) {
            bad_line(line.number, parsed.error());
            return;
        }
        for (const std::string& key : parsed->unknown_keys) warn_key(line.number, key);
        batch_bytes_ += line.text.size();
        *batch_.add_events() = std::move(parsed->event);
        batch_lines_.push_back(line.number);
    }

    bool full() const {
        return batch_.events_size() >= kMaxBatch || batch_bytes_ >= kMaxBatchBytes;
    }

    // False when the stream is broken.
    bool send() {
        if (batch_.events_size() == 0) return true;
        lines_.with([&](std::deque<int64_t>& lines) {
            lines.insert(lines.end(), batch_lines_.begin(), batch_lines_.end());
        });
        batch_.set_source("cli");
        batch_.set_cause(session_.streams().cause);
        const bool written = stream_.Write(batch_);
        batch_.Clear();
        batch_lines_.clear();
        batch_bytes_ = 0;
        return written;
    }

    void warn_key(int64_t line, const std::string& key) {
        if (!warned_.insert(key).second) return;
        const auto near = most_similar(key, event_line_keys());
        session_.say(fmt::format("line {}: the key '{}' is ignored{}", line, key,
                                 near ? fmt::format(" (did you mean '{}'?)", *near) : ""));
    }

    void bad_line(int64_t line, const Error& error) {
        session_.say(fmt::format("line {}: {}{}", line, error.message,
                                 error.hint.empty() ? "" : fmt::format(" ({})", error.hint)));
        bad_.with([](int& count) { ++count; });
    }

    Result<int> finish(const Result<void>& sent, const grpc::Status& status) {
        report_.end();
        session_.flush();
        const int bad = bad_.with([](int& count) { return count; });
        const std::string accepted = fmt::format("{} event{} accepted", grouped(report_.count()),
                                                 report_.count() == 1 ? " was" : "s were");
        if (closed_) return 0;  // nobody reads the ids: the way out says so
        if (!sent) return std::unexpected(sent.error());
        if (!status.ok()) {
            Error error = Session::explained(status);
            error.message += fmt::format("; {}", accepted);
            return fail_with(std::move(error));
        }
        if (const size_t open = lines_.with([](auto& lines) { return lines.size(); }); open > 0) {
            return fail(Code::unreachable, "the master ended the stream without {} answers; {}",
                        open, accepted);
        }
        session_.note(bad == 0 ? accepted : fmt::format("{}, {} refused", accepted, bad));
        return bad == 0 ? 0 : 1;
    }

    Session& session_;
    Stream& stream_;
    grpc::ClientContext& context_;
    int input_;
    Fd ended_;  // readable once there will be no more answers
    LineReader reader_;
    bool over_ = false;    // the input is
    bool closed_ = false;  // standard output is; written by the answers' thread, read after it
    v1::DispatchRequest batch_;
    std::vector<int64_t> batch_lines_;
    size_t batch_bytes_ = 0;
    std::set<std::string> warned_;
    Guarded<std::deque<int64_t>> lines_;  // of events that are under way, in order
    Report report_{session_};
    Guarded<int> bad_;  // lines
};

}  // namespace

Result<int> dispatch_stream(Session& session, const std::string& file) {
    Fd opened;
    int input = session.streams().in;
    if (file != "-") {
        opened = Fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
        if (!opened) {
            const int problem = errno;
            return fail(problem == ENOENT ? Code::not_found : Code::refused,
                        "the event file '{}' cannot be read: {}", file, errno_text(problem));
        }
        input = opened.get();
    }
    SLOTH_TRY(auto* admin, session.admin());
    grpc::ClientContext context;
    const auto stream = admin->Dispatch(&context);
    return Sender(session, *stream, context, input).run();
}

}  // namespace sloth::cli
