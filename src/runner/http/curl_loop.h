// Many transfers of libcurl on the runner's loop: one multi handle, its sockets in one epoll set
// that the loop waits for, its timeout among the loop's timers. The runner's thread.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

#include "base/file.h"
#include "runner/http/curl_library.h"
#include "runner/loop.h"

namespace sloth {

// Who is told that a transfer has ended; its easy handle is out of the loop by then.
class CurlTransfer {
 public:
    virtual ~CurlTransfer() = default;
    virtual void on_done(CURLcode code) = 0;
};

class CurlLoop {
 public:
    static constexpr size_t kIdleConnections = 256;

    static Result<std::unique_ptr<CurlLoop>> open(Loop& loop);
    ~CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    const CurlLibrary& library() const { return curl_; }
    // The handle's private pointer is the transfer's. remove() may come at any time, once.
    Result<void> add(CURL* easy, CurlTransfer* transfer);
    void remove(CURL* easy);

 private:
    CurlLoop(Loop& loop, CurlLibrary curl, Fd epoll);
    static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* known);
    static int on_timeout(CURLM* multi, long milliseconds, void* self);
    void wait();
    void on_events();
    void act(curl_socket_t fd, int events);
    void act_on_time() { act(CURL_SOCKET_TIMEOUT, 0); }
    void take_done();

    Loop& loop_;
    CurlLibrary curl_;
    CURLM* multi_ = nullptr;
    boost::asio::posix::stream_descriptor epoll_;
    Timer timer_;
};

}  // namespace sloth
