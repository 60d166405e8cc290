// The wire between a worker process and its master: frames over a socketpair. Shared by lua/,
// runner/ and nothing else.
//
// A frame is u32 size (of what follows), u8 kind, u64 run, body. Integers are little-endian as the
// machine has them (both ends are one binary on one machine); a string is u32 size and bytes. Sizes
// are capped before anything is allocated. JSON arrays carry values: a worker never sees the
// master's memory, nor the master a worker's.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "lua/effect_kind.h"

namespace sloth {

constexpr uint32_t kMaxFrame = 64 << 20;

enum class FrameKind : uint8_t {
    // master to worker
    hook = 1,    // u64 key, str chunk_name, str source: keep the source under the key
    drop = 2,    // u64 key
    run = 3,     // RunFrame
    answer = 4,  // AnswerFrame
    cancel = 5,  // forget the run, say nothing more of it
    load = 6,    // str chunk_name, str source, u8 lint: read the metadata, or look for what is
                 // wrong; `run` names the answer
    // worker to master
    ready =
        16,  // str warnings (one a line): layers of the lockdown that this machine does not have
    effect = 17,  // EffectFrame
    done = 18,    // DoneFrame
    loaded =
        19,  // u8 ok, str: a JSON object of metadata (or lua/lint/lint.h), or "file:line: reason"
};

enum class AnswerKind : uint8_t {
    values = 0,
    raise = 1
};  // raise: payload is the message of a Lua error

// Appends to a string.
class FrameWriter {
 public:
    explicit FrameWriter(std::string& out) : out_(out) {}

    void begin(FrameKind kind, uint64_t run) {
        start_ = out_.size();
        u32(0);
        u8(static_cast<uint8_t>(kind));
        u64(run);
    }
    void end() {
        const auto size = static_cast<uint32_t>(out_.size() - start_ - sizeof(uint32_t));
        std::memcpy(out_.data() + start_, &size, sizeof size);
    }
    void u8(uint8_t v) { raw(v); }
    void u32(uint32_t v) { raw(v); }
    void u64(uint64_t v) { raw(v); }
    void i64(int64_t v) { raw(v); }
    void str(std::string_view v) {
        u32(static_cast<uint32_t>(v.size()));
        out_.append(v);
    }

 private:
    template <class T>
    void raw(T v) {
        out_.append(reinterpret_cast<const char*>(&v), sizeof v);
    }
    std::string& out_;
    size_t start_ = 0;
};

// Reads one frame's bytes. After a read beyond the end ok() is false and everything reads as zero
// or empty.
class FrameReader {
 public:
    explicit FrameReader(std::string_view in) : in_(in) {}

    uint8_t u8() { return raw<uint8_t>(); }
    uint32_t u32() { return raw<uint32_t>(); }
    uint64_t u64() { return raw<uint64_t>(); }
    int64_t i64() { return raw<int64_t>(); }
    std::string_view str() {
        const uint32_t size = u32();
        if (size > in_.size()) ok_ = false;
        if (!ok_) return {};
        const std::string_view out = in_.substr(0, size);
        in_.remove_prefix(size);
        return out;
    }
    bool ok() const { return ok_; }
    bool at_end() const { return in_.empty(); }

 private:
    template <class T>
    T raw() {
        T v{};
        if (in_.size() < sizeof v) {
            ok_ = false;
            in_ = {};
            return v;
        }
        std::memcpy(&v, in_.data(), sizeof v);
        in_.remove_prefix(sizeof v);
        return v;
    }
    std::string_view in_;
    bool ok_ = true;
};

// Views into the frame that was read: valid as long as its bytes.
struct RunFrame {
    uint64_t hook_key = 0;
    int64_t timeout_us = 0;     // from now
    int64_t memory_limit = 0;   // bytes
    uint32_t output_limit = 0;  // bytes
    uint32_t attempt = 1;
    uint64_t seed = 0;  // of math.random: the delivery's, so that all attempts draw the same
    std::string_view delivery_id;
    std::string_view id, type, stack, agent, run_id, source;
    int64_t timestamp_us = 0;
    int64_t created_at_us = 0;
    std::string_view data;  // JSON object
};

struct AnswerFrame {
    uint32_t effect = 0;
    AnswerKind kind = AnswerKind::values;
    std::string_view payload;
};

struct EffectFrame {
    uint32_t effect = 0;  // 1, 2, ... within the run
    uint8_t kind = 0;     // EffectKind
    std::string_view args;
};

struct DoneFrame {
    uint8_t status =
        0;  // RunStatus; `interrupted` when the worker ran out of memory under the run's own limit
    int64_t started_ns =
        0;  // CLOCK_MONOTONIC at the hook's first instruction; 0 if it never got there
    int64_t ended_ns = 0;
    std::string_view output;
    std::string_view error;
};

void write(FrameWriter& out, uint64_t run, const RunFrame& frame);
void write(FrameWriter& out, uint64_t run, const AnswerFrame& frame);
void write(FrameWriter& out, uint64_t run, const EffectFrame& frame);
void write(FrameWriter& out, uint64_t run, const DoneFrame& frame);
RunFrame read_run(FrameReader& in);
AnswerFrame read_answer(FrameReader& in);
EffectFrame read_effect(FrameReader& in);
DoneFrame read_done(FrameReader& in);

// Takes whole frames off the front of a growing buffer.
struct FrameView {
    FrameKind kind{};
    uint64_t run = 0;
    std::string_view body;
};
enum class FrameCut : uint8_t { frame, incomplete, broken };
// `pos` moves behind the frame that was cut. Broken: a size over kMaxFrame or under the header's.
FrameCut cut_frame(std::string_view buffer, size_t& pos, FrameView& out);

}  // namespace sloth
