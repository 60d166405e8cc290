#include "runner/fd_message.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sloth {
namespace {

constexpr size_t kMaxFds = 5;

}  // namespace

Result<void> send_message(int socket, const void* bytes, size_t size, std::span<const int> fds) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFds * sizeof(int))> control{};
    iovec part{.iov_base = const_cast<void*>(bytes), .iov_len = size};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!fds.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(fds.size_bytes());
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(fds.size_bytes());
        std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
    }
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent == static_cast<ssize_t>(size)) return {};
    return fail(Code::unreachable, "send a message to the other process: {}", errno_text(errno));
}

Result<std::vector<Fd>> receive_message(int socket, void* bytes, size_t size, Wait wait) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFds * sizeof(int))> control{};
    iovec part{.iov_base = bytes, .iov_len = size};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const int flags = MSG_CMSG_CLOEXEC | (wait == Wait::never ? MSG_DONTWAIT : 0);
    ssize_t got = 0;
    do {
        got = ::recvmsg(socket, &message, flags);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EAGAIN) return fail(Code::exhausted, "no message");
    if (got < 0)
        return fail(Code::unreachable, "read from the other process: {}", errno_text(errno));

    std::vector<Fd> fds;
    for (cmsghdr* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
        const size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(h) + i * sizeof(int), sizeof fd);
            fds.emplace_back(fd);
        }
    }
    if (got == 0) return fail(Code::unreachable, "the other process has gone");
    if (got != static_cast<ssize_t>(size)) return fail(Code::failed, "a message of a wrong size");
    return fds;
}

}  // namespace sloth
