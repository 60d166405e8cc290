// Small fixed-size messages with descriptors over a SOCK_SEQPACKET socket: how the master and the
// zygote talk. Blocking unless said otherwise; one thread at each end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace sloth {

struct ZygoteRequest {  // master to zygote
    enum class Kind : uint32_t {
        worker,   // with its socket and page; answered by `spawned` or `refused`
        command,  // with the descriptors of CommandPipes, in their order; its supervisor answers
    };
    Kind kind = Kind::worker;
    int64_t memory_budget = 0;  // of a worker
};

struct ZygoteMessage {  // zygote to master; with the pidfd if `spawned`
    enum class Kind : uint32_t { spawned, refused, died };
    Kind kind = Kind::spawned;
    int32_t pid = 0;
    int32_t value = 0;  // refused: errno; died: the wait status
};

Result<void> send_message(int socket, const void* bytes, size_t size, std::span<const int> fds);

enum class Wait : uint8_t { block, never };
// The descriptors that came with it. Code::unreachable when the other end has gone, Code::exhausted
// when there is no message and none is waited for.
Result<std::vector<Fd>> receive_message(int socket, void* bytes, size_t size, Wait wait);

}  // namespace sloth
