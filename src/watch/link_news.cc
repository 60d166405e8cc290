#include "watch/link_news.h"

#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <poll.h>

namespace sloth {

LinkNews::~LinkNews() {
    if (socket_) notifier_.detach(socket_->fd());
}

Result<void> LinkNews::add(uint64_t owner, Listener& listener) {
    listeners_[owner] = &listener;
    if (socket_) return {};
    SLOTH_TRY(socket_, Netlink::open(NETLINK_ROUTE, RTMGRP_LINK));
    return notifier_.attach(socket_->fd(), POLLIN, *this);
}

void LinkNews::remove(uint64_t owner) {
    listeners_.erase(owner);
    if (!listeners_.empty() || !socket_) return;
    notifier_.detach(socket_->fd());
    socket_.reset();
}

void LinkNews::read(std::vector<Notice>& notices) {
    if (!socket_) return;
    const bool complete = socket_->read([&](const nlmsghdr& message) { take(message, notices); });
    if (complete) return;
    for (const auto& [owner, listener] : listeners_) {
        listener->news_lost();
        notices.push_back({owner, -1, Notice::Kind::overflow, {}});
    }
}

void LinkNews::take(const nlmsghdr& message, std::vector<Notice>& notices) {
    if (message.nlmsg_type != RTM_NEWLINK && message.nlmsg_type != RTM_DELLINK) return;
    const auto* info = static_cast<const ifinfomsg*>(NLMSG_DATA(&message));
    std::string_view name = netlink_attribute(message, sizeof *info, IFLA_IFNAME);
    name = name.substr(0, name.find('\0'));
    const bool up = message.nlmsg_type == RTM_NEWLINK && (info->ifi_flags & IFF_UP) != 0 &&
                    (info->ifi_flags & IFF_RUNNING) != 0;
    for (const auto& [owner, listener] : listeners_) {
        if (listener->link_changed(name, up)) {
            notices.push_back({owner, -1, Notice::Kind::ready, {}});
        }
    }
}

}  // namespace sloth
