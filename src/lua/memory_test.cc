#include "lua/memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace sloth::lua {
namespace {

struct Block {
    unsigned char* bytes = nullptr;
    size_t size = 0;
    unsigned char fill = 0;
};

bool is_whole(const Block& block) {
    for (size_t i = 0; i < block.size; ++i)
        if (block.bytes[i] != block.fill) return false;
    return true;
}

TEST(Arena, keeps_every_block_whole_through_growing_shrinking_and_freeing) {
    WorkerMemory worker(64 << 20);
    {
        Arena arena(worker, 32 << 20);
        std::vector<Block> blocks(64);
        uint64_t state = 88172645463325252ULL;
        const auto draw = [&](uint64_t below) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return state % below;
        };
        int64_t used = 0;
        for (int i = 0; i < 100'000; ++i) {
            Block& block = blocks[draw(blocks.size())];
            ASSERT_TRUE(is_whole(block));
            const size_t size = draw(4) == 0 ? 0 : draw(draw(8) == 0 ? 20'000 : 600);
            const size_t old_size = block.bytes == nullptr ? 5 : block.size;  // 5: Lua's type tag
            block.bytes =
                static_cast<unsigned char*>(Arena::allocate(&arena, block.bytes, old_size, size));
            used += static_cast<int64_t>(size) - static_cast<int64_t>(block.size);
            ASSERT_EQ(block.bytes == nullptr, size == 0);
            block.size = size;
            block.fill = static_cast<unsigned char>(draw(256));
            if (size > 0) std::memset(block.bytes, block.fill, size);
            ASSERT_EQ(arena.used(), used);
        }
    }
    EXPECT_EQ(worker.used(), 0);
}

TEST(Arena, refuses_over_its_own_limit_and_says_so) {
    WorkerMemory worker(64 << 20);
    Arena arena(worker, 1 << 20);
    EXPECT_EQ(arena.refusal(), Refusal::none);
    void* block = Arena::allocate(&arena, nullptr, 0, 900 << 10);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(Arena::allocate(&arena, block, 900 << 10, 2 << 20), nullptr);
    EXPECT_EQ(arena.refusal(), Refusal::own_limit);
    EXPECT_NE(Arena::allocate(&arena, nullptr, 0, 100), nullptr);
}

TEST(Arena, tells_when_it_is_the_worker_that_has_no_more) {
    WorkerMemory worker(1 << 20);
    Arena first(worker, 64 << 20);
    ASSERT_NE(Arena::allocate(&first, nullptr, 0, 1'000'000), nullptr);
    Arena second(worker, 64 << 20);
    EXPECT_EQ(Arena::allocate(&second, nullptr, 0, 1'000'000), nullptr);
    EXPECT_EQ(second.refusal(), Refusal::worker);
}

}  // namespace
}  // namespace sloth::lua
