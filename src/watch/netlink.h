// A netlink socket and one question over it: everything that the kernel answers, in one go. Blocks
// only as long as the kernel takes to fill the answer. One thread.
#pragma once

#include <linux/netlink.h>

#include <functional>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace sloth {

class Netlink {
 public:
    // `protocol`: NETLINK_ROUTE and so on. `groups`: what it is told of without asking.
    static Result<Netlink> open(int protocol, uint32_t groups = 0);

    // Sends `request` (an nlmsghdr with its payload) and gives each message of the dump to `each`.
    Result<void> dump(std::string_view request, const std::function<void(const nlmsghdr&)>& each);

    // What has come without a question. False if the kernel had to drop some.
    bool read(const std::function<void(const nlmsghdr&)>& each);

    int fd() const { return fd_.get(); }

 private:
    explicit Netlink(Fd fd);

    Fd fd_;
    std::vector<char> buffer_;
};

// The attribute `type` behind a message's fixed part of `header` bytes; empty if it has none.
std::string_view netlink_attribute(const nlmsghdr& message, size_t header, uint16_t type);

}  // namespace sloth
