// The frames between the master and its workers, as either end reads them.
#include <vector>

#include "fuzz/fuzz.h"
#include "lua/frames.h"

namespace {

using namespace sloth;

template <class Frame>
std::string written(const Frame& frame) {
    std::string bytes;
    FrameWriter out(bytes);
    write(out, 1, frame);
    return bytes;
}

template <class Read, class Frame = decltype(std::declval<Read>()(std::declval<FrameReader&>()))>
void check(std::string_view body, Read read) {
    FrameReader in(body);
    const Frame frame = read(in);
    if (!in.ok()) return;
    const std::string once = written(frame);
    size_t pos = 0;
    FrameView view;
    CHECK(cut_frame(once, pos, view) == FrameCut::frame);
    CHECK(pos == once.size() && view.run == 1);
    FrameReader again(view.body);
    CHECK(written(read(again)) == once);
    CHECK(again.ok() && again.at_end());
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes = as_text(data, size);
    size_t pos = 0;
    FrameView frame;
    while (cut_frame(bytes, pos, frame) == FrameCut::frame) CHECK(pos <= bytes.size());
    CHECK(pos <= bytes.size());
    check(bytes, read_run);
    check(bytes, read_answer);
    check(bytes, read_effect);
    check(bytes, read_done);
    return 0;
}
