#include "wire/status.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/utf8.h"
#include "wire/convert.h"

namespace sloth::wire {
namespace {

// In the order of Code's enumerators.
constexpr std::array<grpc::StatusCode, 9> kStatusOf{
    grpc::INTERNAL,          grpc::INVALID_ARGUMENT,   grpc::NOT_FOUND,
    grpc::PERMISSION_DENIED, grpc::ALREADY_EXISTS,     grpc::UNAVAILABLE,
    grpc::DEADLINE_EXCEEDED, grpc::RESOURCE_EXHAUSTED, grpc::DATA_LOSS,
};
static_assert(kStatusOf.size() == static_cast<size_t>(Code::corrupt) + 1);

// Percent-encoding in a header may triple `message`, base64 adds a third to the details.
constexpr size_t kMaxStatusMessage = 200;
constexpr size_t kMaxErrorMessage = 3000;
constexpr size_t kMaxHint = 1000;

std::string cut(std::string_view text, size_t limit) {
    if (text.size() <= limit) return std::string(text);
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    return std::string(text.substr(0, limit)) + "...";
}

Code code_of(grpc::StatusCode status) {
    switch (status) {
        case grpc::OUT_OF_RANGE:
            return Code::invalid;
        case grpc::FAILED_PRECONDITION:
        case grpc::UNAUTHENTICATED:
            return Code::refused;
        case grpc::ABORTED:
            return Code::conflict;
        case grpc::CANCELLED:  // we never cancel what we wait for: the other end went away
            return Code::unreachable;
        default:
            break;
    }
    const auto* found = std::find(kStatusOf.begin(), kStatusOf.end(), status);
    if (found == kStatusOf.end()) return Code::failed;
    return static_cast<Code>(found - kStatusOf.begin());
}

}  // namespace

grpc::Status to_status(const Error& error) {
    const Error sent{error.code, cut(valid_utf8(error.message), kMaxErrorMessage),
                     cut(valid_utf8(error.hint), kMaxHint)};
    v1::Error message;
    to_proto(sent, &message);
    return {kStatusOf[static_cast<size_t>(error.code)], cut(sent.message, kMaxStatusMessage),
            message.SerializeAsString()};
}

Error from_status(const grpc::Status& status) {
    CHECK(!status.ok());
    v1::Error message;
    if (!status.error_details().empty() && message.ParseFromString(status.error_details()) &&
        !message.code().empty()) {
        return to_domain(message);
    }
    Error error{code_of(status.error_code()), status.error_message(), {}};
    if (status.error_code() == grpc::UNIMPLEMENTED) {
        error.message = "the master does not know this request";
        error.hint = "it may be an older version: compare `sloth-runner version` and `status`";
    }
    if (status.error_code() == grpc::CANCELLED) error.message = "it has ended the call";
    if (error.message.empty())
        error.message = fmt::format("the call failed ({})", to_string(error.code));
    return error;
}

}  // namespace sloth::wire
