#include "watch/netlink.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace sloth {
namespace {

constexpr size_t kBuffer = 32 << 10;  // the kernel fills up to this much at once

}  // namespace

Netlink::Netlink(Fd fd) : fd_(std::move(fd)), buffer_(kBuffer) {}

Result<Netlink> Netlink::open(int protocol, uint32_t groups) {
    Fd fd(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const Code code = errno == EPERM || errno == EACCES ? Code::refused : Code::failed;
        return fail(code, "ask the kernel over netlink: {}", errno_text(errno));
    }
    return Netlink(std::move(fd));
}

Result<void> Netlink::dump(std::string_view request,
                           const std::function<void(const nlmsghdr&)>& each) {
    if (::send(fd_.get(), request.data(), request.size(), 0) < 0) {
        return fail(Code::failed, "ask the kernel over netlink: {}", errno_text(errno));
    }
    // The kernel puts its answer there while the question is sent and whenever some was taken: it
    // never has to be waited for.
    while (true) {
        const ssize_t got = ::recv(fd_.get(), buffer_.data(), buffer_.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail(Code::failed, "the kernel's answer: {}", errno_text(errno));
        auto left = static_cast<uint32_t>(got);
        for (auto* head = reinterpret_cast<const nlmsghdr*>(buffer_.data()); NLMSG_OK(head, left);
             head = NLMSG_NEXT(head, left)) {
            if (head->nlmsg_type == NLMSG_DONE) return {};
            if (head->nlmsg_type == NLMSG_ERROR) {
                const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(head));
                return fail(Code::failed, "the kernel's answer: {}", errno_text(-error->error));
            }
            each(*head);
        }
    }
}

bool Netlink::read(const std::function<void(const nlmsghdr&)>& each) {
    bool complete = true;
    while (true) {
        sockaddr_nl sender{};
        socklen_t length = sizeof sender;
        const ssize_t got = ::recvfrom(fd_.get(), buffer_.data(), buffer_.size(), 0,
                                       reinterpret_cast<sockaddr*>(&sender), &length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == ENOBUFS) {
            complete = false;
            continue;
        }
        if (got <= 0) return complete;
        if (sender.nl_pid != 0) continue;  // not the kernel: anybody may send here
        auto left = static_cast<uint32_t>(got);
        for (auto* head = reinterpret_cast<const nlmsghdr*>(buffer_.data()); NLMSG_OK(head, left);
             head = NLMSG_NEXT(head, left)) {
            each(*head);
        }
    }
}

std::string_view netlink_attribute(const nlmsghdr& message, size_t header, uint16_t type) {
    if (message.nlmsg_len < NLMSG_LENGTH(header)) return {};
    auto left = static_cast<uint32_t>(message.nlmsg_len - NLMSG_LENGTH(NLMSG_ALIGN(header)));
    const char* at = static_cast<const char*>(NLMSG_DATA(&message)) + NLMSG_ALIGN(header);
    for (auto* found = reinterpret_cast<const rtattr*>(at); RTA_OK(found, left);
         found = RTA_NEXT(found, left)) {
        if ((found->rta_type & NLA_TYPE_MASK) == type) {
            return {static_cast<const char*>(RTA_DATA(found)), RTA_PAYLOAD(found)};
        }
    }
    return {};
}

}  // namespace sloth
