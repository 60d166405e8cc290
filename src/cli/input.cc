#include "cli/input.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "domain/event.h"

namespace sloth::cli {
namespace {

// Over the limit for an event, so that what is a little too long is refused with the event's own
// words; what is far too long is not read into memory.
constexpr size_t kMaxRead = 8 * kMaxEventBytes;

Result<std::string> read_input(int fd) {
    std::string text;
    std::string chunk(64 << 10, '\0');
    while (true) {
        const ssize_t count = read(fd, chunk.data(), chunk.size());
        if (count == 0) return text;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            return fail(Code::failed, "standard input cannot be read: {}", errno_text(errno));
        }
        text.append(chunk, 0, static_cast<size_t>(count));
        if (text.size() > kMaxRead) {
            return fail(Code::invalid, "standard input is longer than {} bytes", kMaxRead);
        }
    }
}

}  // namespace

Result<std::string> read_data(Session& session, const std::string& given) {
    std::string text = given;
    if (given == "-") {
        SLOTH_TRY(text, read_input(session.streams().in));
    } else if (given.starts_with('@')) {
        auto read = read_file(given.substr(1), kMaxRead);
        if (!read) {
            return fail_with({read.error().code,
                              fmt::format("--data {}: {}", given, read.error().message),
                              read.error().hint});
        }
        text = std::move(*read);
    }
    const auto value = parse_json(text);
    if (!value) {
        return fail_with({value.error().code, fmt::format("--data is {}", value.error().message),
                          R"(it takes a JSON object like {"key": "value"}, @FILE, or -)"});
    }
    if (!value->is_object()) {
        return fail_with({Code::invalid,
                          fmt::format("--data is a JSON {}, not an object", value->type_name()),
                          R"(write it like {"key": "value"})"});
    }
    return text;
}

Result<std::string> read_text(Session& session, const std::string& given) {
    if (given == "-") return read_input(session.streams().in);
    return read_file(given, kMaxRead);
}

Result<std::string> absolute_file(const std::string& given, std::string_view what) {
    namespace fs = std::filesystem;
    std::error_code problem;
    const fs::path path = fs::absolute(given, problem).lexically_normal();
    if (problem) return fail(Code::failed, "the {} '{}' cannot be resolved", what, given);
    const fs::file_status status = fs::status(path, problem);
    if (status.type() == fs::file_type::not_found) {
        return fail(Code::not_found, "the {} '{}' cannot be read: no such file", what,
                    path.native());
    }
    if (problem) {
        return fail(Code::refused, "the {} '{}' cannot be read: {}", what, path.native(),
                    problem.message());
    }
    if (status.type() != fs::file_type::regular) {
        return fail(Code::invalid, "the {} '{}' is not a regular file", what, path.native());
    }
    if (access(path.c_str(), R_OK) != 0) {
        return fail(Code::refused, "the {} '{}' cannot be read: {}", what, path.native(),
                    errno_text(errno));
    }
    if (!is_utf8(path.native())) {
        return fail(Code::invalid, "the path of the {} '{}' is not UTF-8", what, path.native());
    }
    return path.native();
}

std::string event_ref(const std::string& typed) {
    return typed.starts_with('#') ? typed.substr(1) : typed;
}

}  // namespace sloth::cli
