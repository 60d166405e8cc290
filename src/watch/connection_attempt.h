// One try to connect to a TCP port: without blocking, with a deadline, and with the time that it
// took. Names are looked up in the background. One thread; it is told by notices to its owner.
#pragma once

#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "watch/machine.h"

namespace sloth {

class ConnectionAttempt {
 public:
    struct Outcome {
        bool open = false;
        Micros latency{};     // if it is open: of the handshake, without the look-up
        std::string problem;  // if it is not
    };

    ConnectionAttempt(Machine& machine, uint64_t owner, std::string host, uint16_t port,
                      Micros timeout, MonoTime now);
    ~ConnectionAttempt();
    ConnectionAttempt(const ConnectionAttempt&) = delete;
    ConnectionAttempt& operator=(const ConnectionAttempt&) = delete;

    // Goes on as far as it can; the outcome when there is one.
    std::optional<Outcome> step(MonoTime now);
    MonoTime deadline() const { return deadline_; }

 private:
    struct Address {
        sockaddr_storage address{};
        socklen_t length = 0;
    };
    using Addresses = Result<std::vector<Address>>;

    static Addresses look_up(const std::string& host, uint16_t port, bool only_numbers);
    void connect_next(MonoTime now);
    void close();

    Machine& machine_;
    const uint64_t owner_;
    const std::string host_;
    const MonoTime deadline_;
    std::shared_ptr<Answer<Addresses>> asked_;
    std::vector<Address> addresses_;  // still to be tried, the next one last
    Fd socket_;
    MonoTime begun_{};
    std::string problem_;
};

}  // namespace sloth
