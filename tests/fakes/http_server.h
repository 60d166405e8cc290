// A small HTTP server for tests: one thread a connection, answers made by a function of the
// request. Loopback, a port of the system's choice.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"

namespace sloth {

class HttpServer {
 public:
    struct Request {
        std::string head;  // the first line and the headers, as they came
        std::string body;
        std::string path() const {
            const size_t begin = head.find(' ') + 1;
            return head.substr(begin, head.find(' ', begin) - begin);
        }
        std::string method() const { return head.substr(0, head.find(' ')); }
        bool has(const std::string& text) const { return head.find(text) != std::string::npos; }
    };
    // The whole answer; "" closes the connection without one.
    using Answer = std::function<std::string(const Request&)>;

    explicit HttpServer(Answer answer) : answer_(std::move(answer)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
        ::listen(listener_, 128);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        accepting_ = std::thread([this] { accept_all(); });
    }
    ~HttpServer() {
        ::shutdown(listener_, SHUT_RDWR);
        accepting_.join();
        ::close(listener_);
        open_.with([](std::vector<int>& all) {
            for (const int fd : all) ::shutdown(fd, SHUT_RDWR);
        });
        for (std::thread& thread : serving_) thread.join();
        open_.with([](std::vector<int>& all) {
            for (const int fd : all) ::close(fd);
        });
    }

    int port() const { return port_; }
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    std::vector<Request> requests() const {
        return seen_.with([](const auto& all) { return all; });
    }

    static std::string ok(const std::string& body, const std::string& headers = "") {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
               headers + "\r\n" + body;
    }
    static std::string status(const std::string& line, const std::string& headers = "") {
        return "HTTP/1.1 " + line + "\r\nContent-Length: 0\r\n" + headers + "\r\n";
    }

 private:
    void accept_all() {
        for (;;) {
            const int fd = ::accept(listener_, nullptr, nullptr);
            if (fd < 0) return;
            open_.with([&](std::vector<int>& all) { all.push_back(fd); });
            serving_.emplace_back([this, fd] { serve(fd); });
        }
    }
    void serve(int fd) {
        std::string in;
        for (;;) {
            Request request;
            if (!take(fd, in, request)) break;
            seen_.with([&](auto& all) { all.push_back(request); });
            const std::string out = answer_(request);
            if (out.empty() || ::send(fd, out.data(), out.size(), MSG_NOSIGNAL) < 0) break;
        }
        ::shutdown(fd, SHUT_RDWR);
    }
    static bool take(int fd, std::string& in, Request& out) {
        size_t end = 0;
        while ((end = in.find("\r\n\r\n")) == std::string::npos) {
            if (!more(fd, in)) return false;
        }
        out.head = in.substr(0, end + 2);
        in.erase(0, end + 4);
        size_t length = 0;
        if (const size_t at = out.head.find("Content-Length: "); at != std::string::npos)
            length = std::stoul(out.head.substr(at + 16));
        while (in.size() < length) {
            if (!more(fd, in)) return false;
        }
        out.body = in.substr(0, length);
        in.erase(0, length);
        return true;
    }
    static bool more(int fd, std::string& in) {
        char bytes[4096];
        const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
        if (got > 0) in.append(bytes, static_cast<size_t>(got));
        return got > 0;
    }

    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::thread accepting_;
    std::vector<std::thread> serving_;  // the accepting thread's, then the destructor's
    Guarded<std::vector<int>> open_;
    Guarded<std::vector<Request>> seen_;
};

}  // namespace sloth
