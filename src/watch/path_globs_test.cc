#include "watch/path_globs.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(PathGlobsTest, matches_names_and_paths) {
    EXPECT_TRUE(glob_matches("*.conf", "nginx.conf"));
    EXPECT_FALSE(glob_matches("*.conf", "nginx.conf~"));
    EXPECT_FALSE(glob_matches("*.conf", "sites/nginx.conf"));
    EXPECT_TRUE(glob_matches("**.conf", "sites/nginx.conf"));
    EXPECT_TRUE(glob_matches("a/**/b", "a/x/y/b"));
    EXPECT_TRUE(glob_matches("a/**/b", "a/b"));
    EXPECT_FALSE(glob_matches("a/*/b", "a/x/y/b"));
    EXPECT_TRUE(glob_matches("log.?", "log.1"));
    EXPECT_TRUE(glob_matches("log.[0-9]", "log.7"));
    EXPECT_FALSE(glob_matches("log.[!0-9]", "log.7"));
    EXPECT_TRUE(glob_matches("[", "["));
    EXPECT_TRUE(glob_matches("*a*a*a*b", std::string(60, 'a') + "b"));
    EXPECT_FALSE(glob_matches("*a*a*a*c", std::string(60, 'a') + "b"));
}

TEST(PathGlobsTest, leaves_out_what_is_excluded_with_all_below_and_files_that_are_not_included) {
    const PathGlobs globs({"*.conf", "keep/*"}, {".git", "*.tmp.conf"});
    EXPECT_TRUE(globs.wants("a.conf", false));
    EXPECT_TRUE(globs.wants("deep/down/a.conf", false));
    EXPECT_TRUE(globs.wants("keep/x", false));
    EXPECT_FALSE(globs.wants("a.txt", false));
    EXPECT_TRUE(globs.wants("folder", true)) << "files in it may be wanted";
    EXPECT_FALSE(globs.wants("deep/.git", true));
    EXPECT_FALSE(globs.wants("x.tmp.conf", false));
    EXPECT_TRUE(PathGlobs({}, {}).wants("anything", false));
}

}  // namespace
}  // namespace sloth
