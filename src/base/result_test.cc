#include "base/result.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace sloth {
namespace {

Result<int> half(int value) {
    if (value % 2 != 0) return fail(Code::invalid, "halve {}: it is odd", value);
    return value / 2;
}

Result<int> quarter(int value) {
    SLOTH_TRY(const int halved, half(value));
    SLOTH_TRY(auto quartered, half(halved));
    return quartered;
}

Result<void> check_even(int value) {
    SLOTH_TRY_VOID(half(value));
    return {};
}

TEST(Result, passes_an_error_up_unchanged) {
    EXPECT_EQ(quarter(12), 3);
    const auto failed = quarter(6);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), (Error{Code::invalid, "halve 3: it is odd", ""}));
    EXPECT_TRUE(check_even(2));
    EXPECT_EQ(check_even(1).error().message, "halve 1: it is odd");
}

TEST(Result, carries_what_can_only_be_moved) {
    const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
    const auto use = [&]() -> Result<int> {
        SLOTH_TRY(const auto owned, make());
        return *owned;
    };
    EXPECT_EQ(use(), 7);
}

TEST(Result, keeps_the_hint_of_an_error) {
    const Result<int> result = fail_with({Code::not_found, "no hook 'a'", "see hook list"});
    EXPECT_EQ(result.error().hint, "see hook list");
}

// The contract of scripts: these numbers and words never change.
TEST(Code, has_the_contracts_exit_code_and_name) {
    struct Row {
        Code code;
        const char* name;
        int exit;
    };
    for (const Row& row : std::to_array<Row>({{Code::failed, "failed", 1},
                                              {Code::invalid, "invalid", 2},
                                              {Code::not_found, "not_found", 3},
                                              {Code::refused, "refused", 4},
                                              {Code::conflict, "conflict", 5},
                                              {Code::unreachable, "unreachable", 6},
                                              {Code::timed_out, "timed_out", 7},
                                              {Code::exhausted, "exhausted", 1},
                                              {Code::corrupt, "corrupt", 1}})) {
        EXPECT_EQ(to_string(row.code), row.name);
        EXPECT_EQ(exit_code(row.code), row.exit) << row.name;
    }
}

}  // namespace
}  // namespace sloth
