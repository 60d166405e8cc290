// For tests: the master's end of a worker's socket, spoken by hand. One thread.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "lua/frames.h"

namespace sloth {

struct ReceivedFrame {
    FrameKind kind{};  // 0: nothing came, or the other end has gone
    uint64_t run = 0;
    std::string body;

    DoneFrame done() const {
        FrameReader reader(body);
        return read_done(reader);
    }
    EffectFrame effect() const {
        FrameReader reader(body);
        return read_effect(reader);
    }
};

class FramePeer {
 public:
    explicit FramePeer(int fd) : fd_(fd) {}

    void hook(uint64_t key, std::string_view source) {
        writer_.begin(FrameKind::hook, 0);
        writer_.u64(key);
        writer_.str("notify.lua");
        writer_.str(source);
        writer_.end();
    }
    void load(uint64_t run, std::string_view source) {
        writer_.begin(FrameKind::load, run);
        writer_.str("notify.lua");
        writer_.str(source);
        writer_.u8(0);
        writer_.end();
    }
    void run(uint64_t run, uint64_t key, int64_t timeout_us = 5'000'000) {
        write(writer_, run,
              RunFrame{.hook_key = key,
                       .timeout_us = timeout_us,
                       .memory_limit = 64 << 20,
                       .output_limit = 256 << 10,
                       .id = "event-1",
                       .type = "task.failed",
                       .data = R"({"n": 3})"});
    }
    void answer(uint64_t run, uint32_t effect, std::string_view values) {
        write(writer_, run, AnswerFrame{.effect = effect, .payload = values});
    }
    void bare(FrameKind kind, uint64_t run) {
        writer_.begin(kind, run);
        writer_.end();
    }
    void drop(uint64_t key) {
        writer_.begin(FrameKind::drop, 0);
        writer_.u64(key);
        writer_.end();
    }
    std::string& unsent() { return out_; }

    // What fits; the rest goes with the next call.
    void send() {
        const ssize_t sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) out_.erase(0, static_cast<size_t>(sent));
    }

    enum class Wait : uint8_t { never, block };
    ReceivedFrame next(Wait wait) {
        FrameView frame;
        size_t used = 0;
        while (cut_frame(in_, used, frame) != FrameCut::frame) {
            char bytes[16 << 10];
            const ssize_t got =
                ::recv(fd_, bytes, sizeof bytes, wait == Wait::never ? MSG_DONTWAIT : 0);
            if (got <= 0) return {};
            in_.append(bytes, static_cast<size_t>(got));
        }
        ReceivedFrame out{frame.kind, frame.run, std::string(frame.body)};
        in_.erase(0, used);
        return out;
    }

 private:
    int fd_;
    std::string out_;
    FrameWriter writer_{out_};
    std::string in_;
};

}  // namespace sloth
