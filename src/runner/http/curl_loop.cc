#include "runner/http/curl_loop.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>

namespace sloth {
namespace {

constexpr int kEvents = 64;  // of one turn: others on the loop have their turn, too

}  // namespace

CurlLoop::CurlLoop(Loop& loop, CurlLibrary curl, Fd epoll)
    : loop_(loop), curl_(curl), epoll_(loop.io(), epoll.release()) {
    timer_.bind<&CurlLoop::act_on_time>(this);
}

Result<std::unique_ptr<CurlLoop>> CurlLoop::open(Loop& loop) {
    SLOTH_TRY(const CurlLibrary curl, CurlLibrary::load());
    Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll) return fail(Code::failed, "start HTTP: epoll: {}", errno_text(errno));
    std::unique_ptr<CurlLoop> out(new CurlLoop(loop, curl, std::move(epoll)));
    out->multi_ = curl.multi_init();
    if (out->multi_ == nullptr) return fail(Code::failed, "start HTTP: no memory");
    curl.multi_setopt(out->multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
    curl.multi_setopt(out->multi_, CURLMOPT_SOCKETDATA, out.get());
    curl.multi_setopt(out->multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timeout);
    curl.multi_setopt(out->multi_, CURLMOPT_TIMERDATA, out.get());
    curl.multi_setopt(out->multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(kIdleConnections));
    out->wait();
    return out;
}

CurlLoop::~CurlLoop() {
    loop_.cancel(timer_);
    if (multi_ != nullptr) curl_.multi_cleanup(multi_);
}

Result<void> CurlLoop::add(CURL* easy, CurlTransfer* transfer) {
    curl_.easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    if (curl_.multi_add_handle(multi_, easy) == CURLM_OK) return {};
    return fail(Code::failed, "start an HTTP transfer: no memory");
}

void CurlLoop::remove(CURL* easy) { curl_.multi_remove_handle(multi_, easy); }

int CurlLoop::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    auto& loop = *static_cast<CurlLoop*>(self);
    const int set = loop.epoll_.native_handle();
    if (what == CURL_POLL_REMOVE) {
        ::epoll_ctl(set, EPOLL_CTL_DEL, fd, nullptr);
        return 0;
    }
    epoll_event event{};
    event.data.fd = fd;
    if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
    if (::epoll_ctl(set, EPOLL_CTL_MOD, fd, &event) != 0 && errno == ENOENT)
        ::epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
    return 0;
}

int CurlLoop::on_timeout(CURLM*, long milliseconds, void* self) {
    auto& loop = *static_cast<CurlLoop*>(self);
    loop.loop_.cancel(loop.timer_);
    if (milliseconds >= 0)
        loop.loop_.set_timer(loop.timer_, loop.loop_.now() + Millis(milliseconds));
    return 0;
}

void CurlLoop::wait() {
    epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this](boost::system::error_code error) {
                          if (!error) on_events();
                      });
}

void CurlLoop::on_events() {
    std::array<epoll_event, kEvents> events{};
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), kEvents, 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[size_t(i)];
        int what = 0;
        if ((event.events & (EPOLLIN | EPOLLHUP)) != 0) what |= CURL_CSELECT_IN;
        if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
        if ((event.events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
        act(event.data.fd, what);
    }
    wait();
}

void CurlLoop::act(curl_socket_t fd, int events) {
    int running = 0;
    curl_.multi_socket_action(multi_, fd, events, &running);
    take_done();
}

void CurlLoop::take_done() {
    int left = 0;
    while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* easy = message->easy_handle;
        const CURLcode code = message->data.result;
        CurlTransfer* transfer = nullptr;
        curl_.easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        curl_.multi_remove_handle(multi_, easy);
        transfer->on_done(code);
    }
}

}  // namespace sloth
