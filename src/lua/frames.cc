#include "lua/frames.h"

namespace sloth {
namespace {

constexpr uint32_t kHeader = sizeof(uint8_t) + sizeof(uint64_t);

}  // namespace

void write(FrameWriter& out, uint64_t run, const RunFrame& f) {
    out.begin(FrameKind::run, run);
    out.u64(f.hook_key);
    out.i64(f.timeout_us);
    out.i64(f.memory_limit);
    out.u32(f.output_limit);
    out.u32(f.attempt);
    out.u64(f.seed);
    out.str(f.delivery_id);
    out.str(f.id);
    out.str(f.type);
    out.str(f.stack);
    out.str(f.agent);
    out.str(f.run_id);
    out.str(f.source);
    out.i64(f.timestamp_us);
    out.i64(f.created_at_us);
    out.str(f.data);
    out.end();
}

RunFrame read_run(FrameReader& in) {
    RunFrame f;
    f.hook_key = in.u64();
    f.timeout_us = in.i64();
    f.memory_limit = in.i64();
    f.output_limit = in.u32();
    f.attempt = in.u32();
    f.seed = in.u64();
    f.delivery_id = in.str();
    f.id = in.str();
    f.type = in.str();
    f.stack = in.str();
    f.agent = in.str();
    f.run_id = in.str();
    f.source = in.str();
    f.timestamp_us = in.i64();
    f.created_at_us = in.i64();
    f.data = in.str();
    return f;
}

void write(FrameWriter& out, uint64_t run, const AnswerFrame& f) {
    out.begin(FrameKind::answer, run);
    out.u32(f.effect);
    out.u8(static_cast<uint8_t>(f.kind));
    out.str(f.payload);
    out.end();
}

AnswerFrame read_answer(FrameReader& in) {
    AnswerFrame f;
    f.effect = in.u32();
    f.kind = in.u8() == 0 ? AnswerKind::values : AnswerKind::raise;
    f.payload = in.str();
    return f;
}

void write(FrameWriter& out, uint64_t run, const EffectFrame& f) {
    out.begin(FrameKind::effect, run);
    out.u32(f.effect);
    out.u8(f.kind);
    out.str(f.args);
    out.end();
}

EffectFrame read_effect(FrameReader& in) {
    EffectFrame f;
    f.effect = in.u32();
    f.kind = in.u8();
    f.args = in.str();
    return f;
}

void write(FrameWriter& out, uint64_t run, const DoneFrame& f) {
    out.begin(FrameKind::done, run);
    out.u8(f.status);
    out.i64(f.started_ns);
    out.i64(f.ended_ns);
    out.str(f.output);
    out.str(f.error);
    out.end();
}

DoneFrame read_done(FrameReader& in) {
    DoneFrame f;
    f.status = in.u8();
    f.started_ns = in.i64();
    f.ended_ns = in.i64();
    f.output = in.str();
    f.error = in.str();
    return f;
}

FrameCut cut_frame(std::string_view buffer, size_t& pos, FrameView& out) {
    uint32_t size = 0;
    if (buffer.size() - pos < sizeof size) return FrameCut::incomplete;
    std::memcpy(&size, buffer.data() + pos, sizeof size);
    if (size > kMaxFrame || size < kHeader) return FrameCut::broken;
    if (buffer.size() - pos < sizeof size + size) return FrameCut::incomplete;
    FrameReader reader(buffer.substr(pos + sizeof size, size));
    out.kind = static_cast<FrameKind>(reader.u8());
    out.run = reader.u64();
    out.body = buffer.substr(pos + sizeof size + kHeader, size - kHeader);
    pos += sizeof size + size;
    return FrameCut::frame;
}

}  // namespace sloth
