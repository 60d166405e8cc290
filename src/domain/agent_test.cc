#include "domain/agent.h"

#include <gtest/gtest.h>

namespace sloth {
namespace {

TEST(AgentName, is_a_host_name_or_any_plain_word) {
    for (const auto* name : {"web-01", "web-01.example.org", "local_agent"})
        EXPECT_TRUE(is_agent_name(name)) << name;
    for (const auto* name : {"", "web 01", "web/01", "a:b"}) EXPECT_FALSE(is_agent_name(name));
}

TEST(AgentStatus, has_a_word_each) {
    EXPECT_EQ(to_string(AgentStatus::connected), "connected");
    EXPECT_EQ(to_string(AgentStatus::disconnected), "disconnected");
    EXPECT_EQ(to_string(AgentStatus::lost), "lost");
}

}  // namespace
}  // namespace sloth
