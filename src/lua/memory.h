// Memory of Lua states. WorkerMemory is what all runs of one worker share: a budget below the
// process's own limit, and a small pool of chunks. An Arena is the memory of one run: a lua_Alloc
// that counts against the run's limit, serves small blocks from chunks and is dropped as a whole,
// so that a finished state need not be taken apart block by block (its scripts own nothing outside:
// no __gc, no files). Single-threaded; a WorkerMemory outlives its arenas.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sloth::lua {

class WorkerMemory {
 public:
    static constexpr size_t kChunk = 16 << 10;  // one takes a usual run from its start to its end

    explicit WorkerMemory(int64_t budget) : budget_(budget) {}
    ~WorkerMemory();
    WorkerMemory(const WorkerMemory&) = delete;
    WorkerMemory& operator=(const WorkerMemory&) = delete;

    // Null when the budget, or the process, has no more.
    struct Chunk {
        Chunk* next;
        void* unused;  // keeps what follows aligned
    };
    Chunk* take_chunk();
    void give_chunk(Chunk* chunk);
    bool reserve(int64_t bytes);
    void release(int64_t bytes) { used_ -= bytes; }

    int64_t used() const { return used_; }

 private:
    int64_t budget_;
    int64_t used_ = 0;
    Chunk* pool_ = nullptr;  // not counted as used
    size_t pooled_ = 0;
};

// Why the last request was refused.
enum class Refusal : uint8_t { none, own_limit, worker };

class Arena {
 public:
    Arena(WorkerMemory& worker, int64_t limit) : worker_(worker), limit_(limit) {}
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // A lua_Alloc; `arena` is the Arena.
    static void* allocate(void* arena, void* block, size_t old_size, size_t new_size);

    int64_t limit() const { return limit_; }
    int64_t used() const { return used_; }
    Refusal refusal() const { return refusal_; }

 private:
    struct FreeBlock {
        FreeBlock* next;
    };
    struct alignas(16) LargeBlock {  // stands before the bytes that Lua sees
        LargeBlock* previous;
        LargeBlock* next;
    };
    static constexpr size_t kStep = 16;
    static constexpr size_t kLargestSmall = 1024;
    static constexpr size_t class_of(size_t size) { return (size - 1) / kStep; }
    static bool is_small(size_t size);

    void* resize(void* block, size_t old_size, size_t new_size);
    void* take(size_t size);
    void give(void* block, size_t size);
    void* take_small(size_t size);
    void* take_large(size_t size);
    void* resize_large(void* block, size_t old_size, size_t new_size);
    void link(LargeBlock* block);
    void unlink(LargeBlock* block);

    WorkerMemory& worker_;
    int64_t limit_;
    int64_t used_ = 0;
    Refusal refusal_ = Refusal::none;
    char* free_ = nullptr;  // the rest of the newest chunk
    char* chunk_end_ = nullptr;
    LargeBlock* large_ = nullptr;
    int64_t large_bytes_ = 0;
    WorkerMemory::Chunk* chunks_ = nullptr;
    std::array<FreeBlock*, kLargestSmall / kStep> classes_{};
};

}  // namespace sloth::lua
