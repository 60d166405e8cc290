#include "watch/process_news.h"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>

namespace sloth {
namespace {

constexpr uint32_t kEvent = NLMSG_LENGTH(0) + sizeof(cn_msg);  // where the event begins
constexpr uint32_t kWhat = kEvent + offsetof(proc_event, what);
constexpr uint32_t kPid = kEvent + offsetof(proc_event, event_data.exit.process_pid);
constexpr uint32_t kGroup = kEvent + offsetof(proc_event, event_data.exit.process_tgid);

// A filter reads words in the order of the network.
constexpr uint32_t swapped(uint32_t word) {
    return std::endian::native == std::endian::little ? __builtin_bswap32(word) : word;
}

// Inside the kernel: only programs that start and whole processes that end. A machine that compiles
// forks ten times as often, and threads end all the time.
constexpr auto kFilter = std::to_array<sock_filter>({
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kWhat),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, swapped(proc_event::PROC_EVENT_NONE), 6, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, swapped(proc_event::PROC_EVENT_EXEC), 5, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, swapped(proc_event::PROC_EVENT_EXIT), 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kPid),
    BPF_STMT(BPF_MISC | BPF_TAX, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kGroup),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    BPF_STMT(BPF_RET | BPF_K, 0),
});

// "Tell me": a message for the connector, inside one of netlink.
std::string wish_to_listen() {
    const proc_cn_mcast_op operation = PROC_CN_MCAST_LISTEN;
    cn_msg connector{};
    connector.id = {CN_IDX_PROC, CN_VAL_PROC};
    connector.len = sizeof operation;
    nlmsghdr head{};
    head.nlmsg_len = NLMSG_LENGTH(sizeof connector + sizeof operation);
    head.nlmsg_type = NLMSG_DONE;
    std::string wish(head.nlmsg_len, '\0');
    std::memcpy(wish.data(), &head, sizeof head);
    std::memcpy(wish.data() + NLMSG_HDRLEN, &connector, sizeof connector);
    std::memcpy(wish.data() + NLMSG_HDRLEN + sizeof connector, &operation, sizeof operation);
    return wish;
}

// A copy: where the kernel puts it, it is not aligned.
std::optional<proc_event> event_of(const nlmsghdr& message) {
    if (message.nlmsg_len < kEvent + sizeof(proc_event)) return {};
    proc_event event;
    std::memcpy(&event, reinterpret_cast<const char*>(&message) + kEvent, sizeof event);
    return event;
}

}  // namespace

ProcessNews::~ProcessNews() {
    if (socket_) notifier_.detach(socket_->fd());
}

void ProcessNews::add(uint64_t owner, Listener& listener) {
    listeners_[owner] = &listener;
    if (socket_) return;
    if (auto opened = open(); !opened) {
        why_not_ = opened.error().message;
        socket_.reset();
        works_ = false;
    }
}

void ProcessNews::remove(uint64_t owner) {
    listeners_.erase(owner);
    if (!listeners_.empty() || !socket_) return;
    notifier_.detach(socket_->fd());
    socket_.reset();
    works_ = false;
}

Result<void> ProcessNews::open() {
    SLOTH_TRY(socket_, Netlink::open(NETLINK_CONNECTOR, CN_IDX_PROC));
    const int fd = socket_->fd();
    const sock_fprog program{uint16_t(kFilter.size()), const_cast<sock_filter*>(kFilter.data())};
    const int room = 1 << 20;
    (void)::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    const std::string wish = wish_to_listen();
    if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0 ||
        ::send(fd, wish.data(), wish.size(), 0) < 0) {
        return fail(Code::refused, "hear of processes from the kernel: {}", errno_text(errno));
    }
    // It answers at once, or (inside a container) never.
    std::vector<Notice> none;
    read(none);
    if (!works_) {
        return fail(Code::refused, "the kernel tells of processes only outside of containers");
    }
    return notifier_.attach(fd, POLLIN, *this);
}

void ProcessNews::read(std::vector<Notice>& notices) {
    if (!socket_) return;
    const bool complete = socket_->read([&](const nlmsghdr& message) { take(message, notices); });
    if (complete) return;
    for (const auto& [owner, listener] : listeners_) {
        listener->news_lost();
        notices.push_back({owner, -1, Notice::Kind::overflow, {}});
    }
}

void ProcessNews::take(const nlmsghdr& message, std::vector<Notice>& notices) {
    const auto event = event_of(message);
    if (!event) return;
    const auto tell = [&](auto&& matters) {
        for (const auto& [owner, listener] : listeners_) {
            if (matters(*listener)) notices.push_back({owner, -1, Notice::Kind::ready, {}});
        }
    };
    if (event->what == proc_event::PROC_EVENT_NONE) {
        works_ = event->event_data.ack.err == 0;
    } else if (event->what == proc_event::PROC_EVENT_EXEC) {
        const auto process = host_.process(event->event_data.exec.process_pid);
        if (!process) return;  // it is over already
        tell([&](Listener& listener) { return listener.process_started(*process); });
    } else if (event->what == proc_event::PROC_EVENT_EXIT) {
        const auto& exit = event->event_data.exit;
        tell([&](Listener& listener) {
            return listener.process_ended(exit.process_pid, int(exit.exit_code));
        });
    }
}

}  // namespace sloth
