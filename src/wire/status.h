// Errors over gRPC: the status carries the nearest code and, in its details, the whole v1::Error.
// Pure; any thread.
#pragma once

#include <grpcpp/support/status.h>

#include "base/result.h"

namespace sloth::wire {

// Never OK. Long texts are cut: the details travel in a header block that gRPC limits to 8 KiB.
grpc::Status to_status(const Error& error);

// `Error{}`'s code is by the details if there are any, else by the status: UNAVAILABLE is
// Code::unreachable, DEADLINE_EXCEEDED is Code::timed_out, and so on. `status` must not be OK.
Error from_status(const grpc::Status& status);

}  // namespace sloth::wire
