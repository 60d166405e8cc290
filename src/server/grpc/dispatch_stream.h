// One Dispatch call: requests in, replies out in the order of the requests, many on their way at
// once. Lives on the call's own thread and one more that writes.
#pragma once

#include <deque>
#include <optional>

#include "base/guarded.h"
#include "engine/intake.h"
#include "sloth/v1/admin.grpc.pb.h"

namespace sloth {

class DispatchStream {
 public:
    using Stream = grpc::ServerReaderWriter<v1::DispatchReply, v1::DispatchRequest>;
    DispatchStream(Intake& intake, Stream& stream) : intake_(intake), stream_(stream) {}

    // Until the caller has said all and has every answer, or is gone. Code::unreachable if the
    // master is going away.
    Result<void> serve();

 private:
    struct Slot {
        std::vector<std::string> types;
        std::optional<Result<AppendResults>> results;
    };
    struct Content {
        std::deque<Slot> slots;
        size_t first = 0;  // number of the slot at the front
        size_t next = 0;
        bool end = false;  // no more requests
        bool gone = false;
        bool closing = false;  // the intake is: what was sent last was not accepted
    };
    void submit(const v1::DispatchRequest& request);
    void write_replies();
    static v1::DispatchReply to_reply(Slot slot);

    Intake& intake_;
    Stream& stream_;
    Signal<Content> content_;
};

}  // namespace sloth
