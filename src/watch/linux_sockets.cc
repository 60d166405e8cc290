// The half of LinuxHost that asks for sockets and interfaces: by netlink, which picks them out
// inside the kernel, and from the tables of /proc/net where that cannot be had.
#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "watch/linux_host.h"
#include "watch/proc_text.h"

namespace sloth {
namespace {

// The kernel's names for "waits for connections" and "is bound".
constexpr uint8_t kTcpListen = 10;
constexpr uint8_t kTcpClose = 7;

template <class Payload>
struct Question {
    nlmsghdr head{};
    Payload payload{};

    std::string_view bytes() const { return {reinterpret_cast<const char*>(this), head.nlmsg_len}; }
};

struct Table {
    const char* path;
    bool udp;
    bool v6;
};

constexpr std::array<Table, 4> kTables{{{"proc/net/tcp", false, false},
                                        {"proc/net/tcp6", false, true},
                                        {"proc/net/udp", true, false},
                                        {"proc/net/udp6", true, true}}};

InterfaceReading interface_of(const nlmsghdr& message) {
    InterfaceReading reading;
    const auto* info = static_cast<const ifinfomsg*>(NLMSG_DATA(&message));
    const std::string_view name = netlink_attribute(message, sizeof *info, IFLA_IFNAME);
    reading.name = name.substr(0, name.find('\0'));
    reading.up = (info->ifi_flags & IFF_UP) != 0 && (info->ifi_flags & IFF_RUNNING) != 0;
    rtnl_link_stats64 stats{};
    const std::string_view raw = netlink_attribute(message, sizeof *info, IFLA_STATS64);
    std::memcpy(&stats, raw.data(), std::min(raw.size(), sizeof stats));
    reading.received = stats.rx_bytes;
    reading.sent = stats.tx_bytes;
    reading.errors = stats.rx_errors + stats.tx_errors + stats.rx_dropped + stats.tx_dropped;
    return reading;
}

}  // namespace

Result<void> LinuxHost::ask_sockets(uint8_t family, uint8_t protocol, std::vector<Listener>& out) {
    if (!sockets_) {
        SLOTH_TRY(sockets_, Netlink::open(NETLINK_SOCK_DIAG));
    }
    Question<inet_diag_req_v2> question;
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question.payload.sdiag_family = family;
    question.payload.sdiag_protocol = protocol;
    question.payload.idiag_states = 1u << (protocol == IPPROTO_TCP ? kTcpListen : kTcpClose);
    return sockets_->dump(question.bytes(), [&](const nlmsghdr& message) {
        const auto* found = static_cast<const inet_diag_msg*>(NLMSG_DATA(&message));
        std::array<char, INET6_ADDRSTRLEN> text{};
        ::inet_ntop(family, found->id.idiag_src, text.data(), text.size());
        out.push_back({.udp = protocol == IPPROTO_UDP,
                       .v6 = family == AF_INET6,
                       .port = ntohs(found->id.idiag_sport),
                       .address = text.data()});
    });
}

Result<std::vector<Listener>> LinuxHost::listeners() {
    std::vector<Listener> listeners;
    if (root_.empty()) {
        bool told = true;
        for (const uint8_t family : {AF_INET, AF_INET6}) {
            for (const uint8_t protocol : {IPPROTO_TCP, IPPROTO_UDP}) {
                told = told && ask_sockets(family, protocol, listeners);
            }
        }
        if (told) return listeners;
        listeners.clear();
        sockets_.reset();
    }
    for (const Table& table : kTables) {
        const auto text = text_of(table.path);
        if (!text && text.error().code == Code::not_found) continue;  // a kernel without IPv6
        if (!text) return std::unexpected(text.error());
        parse_listeners(*text, table.udp, table.v6, listeners);
    }
    return listeners;
}

Result<std::vector<InterfaceReading>> LinuxHost::interfaces() {
    if (!links_) {
        SLOTH_TRY(links_, Netlink::open(NETLINK_ROUTE));
    }
    Question<ifinfomsg> question;
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = RTM_GETLINK;
    question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    std::vector<InterfaceReading> interfaces;
    auto asked = links_->dump(question.bytes(), [&](const nlmsghdr& message) {
        if (message.nlmsg_type == RTM_NEWLINK) interfaces.push_back(interface_of(message));
    });
    if (!asked) {
        links_.reset();  // what is left of its answer must not be taken for the next one
        return fail_with(std::move(asked.error()));
    }
    return interfaces;
}

}  // namespace sloth
