// Frames over one end of a socketpair, on the runner's loop. Writing appends to `out()` and is sent
// by `flush`, so that all frames of a turn share one system call; reading takes big chunks and
// hands out whole frames. Held by shared_ptr: Asio may still own an operation after `close`.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <string>

#include "base/file.h"
#include "lua/frames.h"
#include "runner/loop.h"

namespace sloth {

class ChannelEvents {
 public:
    virtual ~ChannelEvents() = default;
    virtual void on_frame(const FrameView& frame) = 0;
    // Once; nothing comes after it. `broken`: the other end sent something that is no frame.
    virtual void on_closed(bool broken) = 0;
};

class Channel final : public std::enable_shared_from_this<Channel> {
 public:
    Channel(Loop& loop, Fd socket, ChannelEvents& events);

    void start() { read(); }
    std::string& out() { return out_; }
    bool has_output() const { return sent_ < out_.size(); }
    void flush();
    void close();  // no event after it

 private:
    void read();
    void take(size_t bytes);

    boost::asio::posix::stream_descriptor socket_;
    ChannelEvents* events_;  // null: closed
    std::string in_;
    size_t have_ = 0;  // bytes of in_ that were read and not yet cut
    std::string out_;
    size_t sent_ = 0;
    bool writing_ = false;
};

}  // namespace sloth
