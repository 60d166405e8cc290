#include "runner/http/idle_connections.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(IdleConnections, are_taken_as_often_as_they_were_put) {
    IdleConnections idle(10);
    EXPECT_FALSE(idle.take("a"));
    idle.put("a");
    idle.put("a");
    idle.put("b");
    EXPECT_TRUE(idle.take("a"));
    EXPECT_TRUE(idle.take("a"));
    EXPECT_FALSE(idle.take("a"));
    EXPECT_TRUE(idle.take("b"));
}

TEST(IdleConnections, that_nobody_takes_give_way_to_newer_ones) {
    IdleConnections idle(2);
    idle.put("a");
    idle.put("a");
    idle.put("b");
    EXPECT_TRUE(idle.take("b"));
    EXPECT_FALSE(idle.take("a"));
}

}  // namespace
}  // namespace sloth
