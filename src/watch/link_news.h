// What the kernel tells of network interfaces that go up and down: rtnetlink. Nobody needs a
// privilege for it. One thread.
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include "watch/netlink.h"
#include "watch/notifier.h"

namespace sloth {

class LinkNews final : public NoticeSource {
 public:
    // Says whether it should look because of it.
    class Listener {
     public:
        virtual ~Listener() = default;
        virtual bool link_changed(std::string_view name, bool up) = 0;
        virtual void news_lost() = 0;  // the kernel had to drop some
    };

    explicit LinkNews(Notifier& notifier) : notifier_(notifier) {}
    ~LinkNews() override;
    LinkNews(const LinkNews&) = delete;
    LinkNews& operator=(const LinkNews&) = delete;

    // The first listener opens it; where that fails, the interval alone looks.
    Result<void> add(uint64_t owner, Listener& listener);
    void remove(uint64_t owner);

    void read(std::vector<Notice>& notices) override;

 private:
    void take(const nlmsghdr& message, std::vector<Notice>& notices);

    Notifier& notifier_;
    std::map<uint64_t, Listener*> listeners_;
    std::optional<Netlink> socket_;
};

}  // namespace sloth
