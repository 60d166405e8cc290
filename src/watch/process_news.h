// What the kernel tells of processes that start and end, with how they ended: the process
// connector. It tells root on the machine itself, and nobody inside a container; then works() is
// false and why_not() says so. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "ports/host.h"
#include "watch/netlink.h"
#include "watch/notifier.h"

namespace sloth {

class ProcessNews final : public NoticeSource {
 public:
    // Who wants to hear; each says whether it should look because of it.
    class Listener {
     public:
        virtual ~Listener() = default;
        virtual bool process_started(const ProcessReading& process) = 0;
        // `status` is that of wait(2).
        virtual bool process_ended(int pid, int status) = 0;
        virtual void news_lost() = 0;  // the kernel had to drop some
    };

    ProcessNews(Host& host, Notifier& notifier) : host_(host), notifier_(notifier) {}
    ~ProcessNews() override;
    ProcessNews(const ProcessNews&) = delete;
    ProcessNews& operator=(const ProcessNews&) = delete;

    // The first listener opens it.
    void add(uint64_t owner, Listener& listener);
    void remove(uint64_t owner);

    bool works() const { return works_; }
    const std::string& why_not() const { return why_not_; }

    void read(std::vector<Notice>& notices) override;

 private:
    Result<void> open();
    void take(const nlmsghdr& message, std::vector<Notice>& notices);

    Host& host_;
    Notifier& notifier_;
    std::map<uint64_t, Listener*> listeners_;
    std::optional<Netlink> socket_;
    bool works_ = false;
    std::string why_not_;
};

}  // namespace sloth
