#include "runner/channel.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>

namespace sloth {
namespace {

constexpr size_t kChunk = 256 << 10;
constexpr size_t kKeepCapacity = 1 << 20;  // a buffer that one burst made bigger is given back

}  // namespace

Channel::Channel(Loop& loop, Fd socket, ChannelEvents& events)
    : socket_(loop.io(), socket.release()), events_(&events), in_(kChunk, '\0') {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
}

void Channel::close() {
    events_ = nullptr;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Channel::flush() {
    if (events_ == nullptr || writing_) return;
    while (has_output()) {
        const ssize_t n = ::send(socket_.native_handle(), out_.data() + sent_, out_.size() - sent_,
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            writing_ = true;
            socket_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                               [self = shared_from_this()](boost::system::error_code error) {
                                   self->writing_ = false;
                                   if (!error) self->flush();
                               });
            return;
        }
        if (n < 0) break;  // the other end is gone: reading will say so
        sent_ += static_cast<size_t>(n);
    }
    sent_ = 0;
    out_.clear();
    if (out_.capacity() > kKeepCapacity) out_.shrink_to_fit();
}

void Channel::read() {
    socket_.async_read_some(
        boost::asio::buffer(in_.data() + have_, in_.size() - have_),
        [self = shared_from_this()](boost::system::error_code error, size_t bytes) {
            if (self->events_ == nullptr) return;
            if (!error) return self->take(bytes);
            ChannelEvents* events = self->events_;
            self->close();
            events->on_closed(false);
        });
}

void Channel::take(size_t bytes) {
    have_ += bytes;
    const std::string_view buffer(in_.data(), have_);
    size_t pos = 0;
    FrameView frame;
    FrameCut cut = cut_frame(buffer, pos, frame);
    while (cut == FrameCut::frame) {
        events_->on_frame(frame);
        if (events_ == nullptr) return;
        cut = cut_frame(buffer, pos, frame);
    }
    if (cut == FrameCut::broken) {
        ChannelEvents* events = events_;
        close();
        events->on_closed(true);
        return;
    }
    have_ -= pos;
    std::memmove(in_.data(), in_.data() + pos, have_);
    if (have_ == in_.size()) {
        in_.resize(std::min<size_t>(2 * in_.size(), size_t{kMaxFrame} + sizeof(uint32_t)));
    } else if (have_ == 0 && in_.size() > kKeepCapacity) {
        in_ = std::string(kChunk, '\0');
    }
    read();
}

}  // namespace sloth
