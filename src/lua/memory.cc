#include "lua/memory.h"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace sloth::lua {
namespace {

constexpr size_t kPooledChunks = 128;

}  // namespace

WorkerMemory::~WorkerMemory() {
    while (pool_ != nullptr) std::free(std::exchange(pool_, pool_->next));
}

bool WorkerMemory::reserve(int64_t bytes) {
    if (bytes > budget_ - used_) return false;
    used_ += bytes;
    return true;
}

WorkerMemory::Chunk* WorkerMemory::take_chunk() {
    if (!reserve(kChunk)) return nullptr;
    if (pool_ != nullptr) {
        --pooled_;
        return std::exchange(pool_, pool_->next);
    }
    auto* chunk = static_cast<Chunk*>(std::malloc(kChunk));
    if (chunk == nullptr) release(kChunk);
    return chunk;
}

void WorkerMemory::give_chunk(Chunk* chunk) {
    release(kChunk);
    if (pooled_ < kPooledChunks) {
        chunk->next = std::exchange(pool_, chunk);
        ++pooled_;
    } else {
        std::free(chunk);
    }
}

Arena::~Arena() {
    while (large_ != nullptr) {
        LargeBlock* next = large_->next;
        std::free(large_);
        large_ = next;
    }
    worker_.release(large_bytes_);
    while (chunks_ != nullptr) worker_.give_chunk(std::exchange(chunks_, chunks_->next));
}

void* Arena::allocate(void* arena, void* block, size_t old_size, size_t new_size) {
    return static_cast<Arena*>(arena)->resize(block, old_size, new_size);
}

// Under ASan every block stands alone, so that a write beyond it is seen.
bool Arena::is_small([[maybe_unused]] size_t size) {
#ifdef __SANITIZE_ADDRESS__
    return false;
#else
    return size <= kLargestSmall;
#endif
}

void* Arena::resize(void* block, size_t old_size, size_t new_size) {
    if (block == nullptr) old_size = 0;  // Lua puts a type tag there
    if (new_size == 0) {
        if (block != nullptr) give(block, old_size);
        used_ -= static_cast<int64_t>(old_size);
        return nullptr;
    }
    const int64_t growth = static_cast<int64_t>(new_size) - static_cast<int64_t>(old_size);
    if (growth > 0 && growth > limit_ - used_) {
        refusal_ = Refusal::own_limit;
        return nullptr;
    }
    void* result = nullptr;
    if (block == nullptr) {
        result = take(new_size);
    } else if (is_small(old_size) && is_small(new_size) &&
               class_of(old_size) == class_of(new_size)) {
        result = block;
    } else if (!is_small(old_size) && !is_small(new_size)) {
        result = resize_large(block, old_size, new_size);
    } else {
        result = take(new_size);
        if (result != nullptr) {
            std::memcpy(result, block, old_size < new_size ? old_size : new_size);
            give(block, old_size);
        }
    }
    // Lua relies on shrinking never to fail. A block that is too big for its class does no harm.
    if (result == nullptr && growth <= 0) result = block;
    if (result == nullptr) {
        refusal_ = Refusal::worker;
        return nullptr;
    }
    used_ += growth;
    return result;
}

void* Arena::take(size_t size) { return is_small(size) ? take_small(size) : take_large(size); }

void Arena::give(void* block, size_t size) {
    if (is_small(size)) {
        auto* free_block = static_cast<FreeBlock*>(block);
        free_block->next = classes_[class_of(size)];
        classes_[class_of(size)] = free_block;
        return;
    }
    LargeBlock* large = static_cast<LargeBlock*>(block) - 1;
    unlink(large);
    std::free(large);
    const auto bytes = static_cast<int64_t>(size + sizeof(LargeBlock));
    large_bytes_ -= bytes;
    worker_.release(bytes);
}

void* Arena::take_small(size_t size) {
    const size_t index = class_of(size);
    if (FreeBlock* block = classes_[index]; block != nullptr) {
        classes_[index] = block->next;
        return block;
    }
    const size_t rounded = (index + 1) * kStep;
    if (static_cast<size_t>(chunk_end_ - free_) < rounded) {
        WorkerMemory::Chunk* chunk = worker_.take_chunk();
        if (chunk == nullptr) return nullptr;
        chunk->next = std::exchange(chunks_, chunk);
        free_ = reinterpret_cast<char*>(chunk + 1);
        chunk_end_ = reinterpret_cast<char*>(chunk) + WorkerMemory::kChunk;
    }
    void* block = free_;
    free_ += rounded;
    return block;
}

void* Arena::take_large(size_t size) {
    const auto bytes = static_cast<int64_t>(size + sizeof(LargeBlock));
    if (!worker_.reserve(bytes)) return nullptr;
    auto* block = static_cast<LargeBlock*>(std::malloc(size + sizeof(LargeBlock)));
    if (block == nullptr) {
        worker_.release(bytes);
        return nullptr;
    }
    large_bytes_ += bytes;
    link(block);
    return block + 1;
}

void* Arena::resize_large(void* block, size_t old_size, size_t new_size) {
    const int64_t growth = static_cast<int64_t>(new_size) - static_cast<int64_t>(old_size);
    if (growth > 0 && !worker_.reserve(growth)) return nullptr;
    LargeBlock* large = static_cast<LargeBlock*>(block) - 1;
    unlink(large);
    auto* moved = static_cast<LargeBlock*>(std::realloc(large, new_size + sizeof(LargeBlock)));
    link(moved != nullptr ? moved : large);
    if (moved == nullptr) {
        if (growth > 0) worker_.release(growth);
        return nullptr;
    }
    if (growth < 0) worker_.release(-growth);
    large_bytes_ += growth;
    return moved + 1;
}

void Arena::link(LargeBlock* block) {
    block->previous = nullptr;
    block->next = large_;
    if (large_ != nullptr) large_->previous = block;
    large_ = block;
}

void Arena::unlink(LargeBlock* block) {
    (block->previous != nullptr ? block->previous->next : large_) = block->next;
    if (block->next != nullptr) block->next->previous = block->previous;
}

}  // namespace sloth::lua
