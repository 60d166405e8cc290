#include "watch/connection_attempt.h"

#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sloth {

ConnectionAttempt::Addresses ConnectionAttempt::look_up(const std::string& host, uint16_t port,
                                                        bool only_numbers) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (only_numbers ? AI_NUMERICHOST : 0);
    addrinfo* found = nullptr;
    const int problem = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (problem != 0) {
        return fail(Code::not_found, "look up '{}': {}", host, ::gai_strerror(problem));
    }
    std::vector<Address> addresses;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        Address address{.address = {}, .length = one->ai_addrlen};
        std::memcpy(&address.address, one->ai_addr, one->ai_addrlen);
        addresses.push_back(address);
    }
    ::freeaddrinfo(found);
    std::ranges::reverse(addresses);
    return addresses;
}

ConnectionAttempt::ConnectionAttempt(Machine& machine, uint64_t owner, std::string host,
                                     uint16_t port, Micros timeout, MonoTime now)
    : machine_(machine), owner_(owner), host_(std::move(host)), deadline_(now + timeout) {
    if (auto numbers = look_up(host_, port, /*only_numbers=*/true)) {
        addresses_ = std::move(*numbers);
        return;
    }
    asked_ = machine_.background().ask<Addresses>(
        owner_, [host = host_, port] { return look_up(host, port, /*only_numbers=*/false); });
}

ConnectionAttempt::~ConnectionAttempt() { close(); }

void ConnectionAttempt::close() {
    if (!socket_) return;
    machine_.notifier().detach(socket_.get());
    socket_.reset();
}

std::optional<ConnectionAttempt::Outcome> ConnectionAttempt::step(MonoTime now) {
    if (asked_) {
        auto answer = asked_->take();
        if (!answer && now < deadline_) return {};
        asked_.reset();
        if (!answer) return Outcome{.problem = fmt::format("look up '{}': no answer", host_)};
        if (!*answer) return Outcome{.problem = answer->error().message};
        addresses_ = std::move(**answer);
    }
    while (true) {
        if (socket_) {
            pollfd ready{socket_.get(), POLLOUT, 0};
            if (::poll(&ready, 1, 0) > 0) {
                int error = 0;
                socklen_t length = sizeof error;
                ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
                close();
                if (error == 0) {
                    const auto latency = std::chrono::ceil<Micros>(now - begun_);
                    return Outcome{.open = true, .latency = latency, .problem = {}};
                }
                problem_ = errno_text(error);
            } else if (now < deadline_) {
                return {};
            } else {
                close();
                problem_ = "no answer in time";
            }
        }
        if (now >= deadline_ || addresses_.empty()) return Outcome{.problem = problem_};
        connect_next(now);
        // Not looked at now: it would have taken no time by a clock that stands still in a pass.
        if (socket_) return {};
    }
}

// Without a socket after it, it has failed at once.
void ConnectionAttempt::connect_next(MonoTime now) {
    const Address address = addresses_.back();
    addresses_.pop_back();
    socket_ =
        Fd(::socket(address.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    begun_ = now;
    const auto* to = reinterpret_cast<const sockaddr*>(&address.address);
    const bool begun =
        socket_ && (::connect(socket_.get(), to, address.length) == 0 || errno == EINPROGRESS);
    if (begun && machine_.notifier().attach(socket_.get(), POLLOUT, owner_)) return;
    problem_ = errno_text(errno);
    socket_.reset();
}

}  // namespace sloth
