#include "domain/visible_environment.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

const Variables kAll{{"PATH", "/bin"},
                     {"HOME", "/home/x"},
                     {"DB_PASSWORD", "a"},
                     {"github_token", "b"},
                     {"AWS_ACCESS_KEY_ID", "c"},
                     {"DATABASE_URL", "postgres://u:p@h/db"},
                     {"SITE_URL", "https://h/db"}};

std::string names(std::string_view patterns) {
    std::string out;
    for (const auto& [name, value] : visible_environment(kAll, patterns)) out += name + " ";
    return out;
}

TEST(VisibleEnvironment, leaves_out_what_looks_like_a_secret) {
    EXPECT_EQ(names("*"), "HOME PATH SITE_URL ");
    EXPECT_EQ(names("*_*"), "SITE_URL ");
    EXPECT_EQ(names(""), "");
}

TEST(VisibleEnvironment, shows_a_secret_that_is_named_in_full) {
    EXPECT_EQ(names("PATH, DB_PASSWORD"), "DB_PASSWORD PATH ");
    EXPECT_EQ(names("DB_*"), "");
    EXPECT_EQ(names("PA*H,DATABASE_URL"), "DATABASE_URL PATH ");
}

}  // namespace
}  // namespace sloth
