#include "lua/randomness.h"

#include <gtest/gtest.h>

#include <vector>

namespace sloth::lua {
namespace {

// Gives what the test wants.
class ScriptedRandom final : public Random {
 public:
    explicit ScriptedRandom(std::vector<uint64_t> numbers) : numbers_(std::move(numbers)) {}
    uint64_t next() override { return numbers_.at(next_++); }

 private:
    std::vector<uint64_t> numbers_;
    size_t next_ = 0;
};

TEST(Randomness, draws_again_what_would_favour_small_numbers) {
    // 2^64 is 1 more than a multiple of 3: the last number must not count.
    ScriptedRandom random({UINT64_MAX, UINT64_MAX - 1, 7});
    EXPECT_EQ(random_below(random, 3), 2u);
    EXPECT_EQ(random_below(random, 3), 1u);
    ScriptedRandom power({UINT64_MAX});
    EXPECT_EQ(random_below(power, 16), 15u);
}

TEST(Randomness, gives_as_many_bytes_as_are_wanted) {
    ScriptedRandom random({0x0807060504030201, 0x0a09});
    EXPECT_EQ(random_bytes(random, 10), "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a");
}

}  // namespace
}  // namespace sloth::lua
