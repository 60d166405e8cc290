#include "runner/worker.h"

#include <sys/mman.h>

#include "domain/hook_index.h"

namespace sloth {

PageView::PageView(const Fd& memory) {
    void* page = ::mmap(nullptr, sizeof(WorkerPage), PROT_READ, MAP_SHARED, memory.get(), 0);
    if (page != MAP_FAILED) page_ = static_cast<const WorkerPage*>(page);
}

PageView::~PageView() {
    if (page_ != nullptr) ::munmap(const_cast<WorkerPage*>(page_), sizeof(WorkerPage));
}

PageView::Slice PageView::slice() const {
    if (page_ == nullptr) return {};
    const uint64_t run = page_->run.load(std::memory_order_acquire);
    const int64_t began = page_->slice_began_ns.load(std::memory_order_acquire);
    // Between the two reads a slice may have ended and another begun: then it is no stall.
    if (page_->run.load(std::memory_order_acquire) != run) return {};
    return {run, began};
}

Worker::Worker(Loop& loop, uint64_t id, WorkerProcess process, Owner& owner)
    : id(id), process_(std::move(process)), owner_(owner), page_(process_.page) {
    channel_ = std::make_shared<Channel>(loop, std::move(process_.socket), *this);
    channel_->start();
}

Worker::~Worker() { channel_->close(); }

void Worker::provide(const RunnableHook& hook, MonoTime now, Micros unused_age) {
    FrameWriter out(channel_->out());
    const auto [place, is_new] = hooks_.try_emplace(hook.key, now);
    place->second = now;
    if (is_new) {
        out.begin(FrameKind::hook, 0);
        out.u64(hook.key);
        out.str(hook.name.ends_with(".lua") ? hook.name : hook.name + ".lua");
        out.str(hook.source);
        out.end();
    }
    if (now - swept_ < unused_age) return;
    swept_ = now;
    for (auto it = hooks_.begin(); it != hooks_.end();) {
        if (now - it->second < unused_age) {
            ++it;
            continue;
        }
        out.begin(FrameKind::drop, 0);
        out.u64(it->first);
        out.end();
        it = hooks_.erase(it);
    }
}

void Worker::cancel(uint64_t wire) {
    FrameWriter out(channel_->out());
    out.begin(FrameKind::cancel, wire);
    out.end();
}

}  // namespace sloth
