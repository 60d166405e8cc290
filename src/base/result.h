// Result<T>: a value, or an Error that says what was tried, on what, and what to do about it.
// Anything that can fail in normal life returns one; exceptions are caught where a library throws
// them and end there. Values; any thread.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace sloth {

// A code exists if and only if some caller branches on it. Its exit code is in code_table(); the
// gRPC status is in wire/status.h. Spelled the same in `{"error": {"code": ...}}`.
enum class Code : uint8_t {
    failed,       // it was tried and did not work                      exit 1
    invalid,      // the request is wrong; trying again will not help   exit 2
    not_found,    //                                                    exit 3
    refused,      // understood, and not allowed                        exit 4
    conflict,     // exists already, or is held by somebody else        exit 5
    unreachable,  // no master, or no agent, answers                    exit 6
    timed_out,    //                                                    exit 7
    exhausted,    // no room: disk full, queue full, a limit; try later exit 1
    corrupt,      // storage cannot be trusted any more                 exit 1
};

std::string_view to_string(Code code);
int exit_code(Code code);

struct Error {
    Code code = Code::failed;
    std::string message;  // one sentence: what was tried, on what, why not
    std::string hint;     // what to do next; may be empty

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

// return fail(Code::not_found, "no hook named '{}'", name);
template <class... Args>
std::unexpected<Error> fail(Code code, fmt::format_string<Args...> format, Args&&... args) {
    return std::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...), {}});
}

// return fail_hint(Error{...}) for messages with a hint.
inline std::unexpected<Error> fail_with(Error error) { return std::unexpected(std::move(error)); }

}  // namespace sloth

// Passes an error up: SLOTH_TRY(auto file, open(path)); or SLOTH_CHECK_OK(write(file));
#define SLOTH_CONCAT_(a, b) a##b
#define SLOTH_CONCAT(a, b) SLOTH_CONCAT_(a, b)
#define SLOTH_TRY_(tmp, target, ...)                          \
    auto tmp = (__VA_ARGS__);                                 \
    if (!tmp) return std::unexpected(std::move(tmp).error()); \
    target = std::move(*tmp)
#define SLOTH_TRY(target, ...) SLOTH_TRY_(SLOTH_CONCAT(sloth_try_, __LINE__), target, __VA_ARGS__)
#define SLOTH_TRY_VOID(...)                                 \
    if (auto sloth_checked = (__VA_ARGS__); !sloth_checked) \
    return std::unexpected(std::move(sloth_checked).error())
