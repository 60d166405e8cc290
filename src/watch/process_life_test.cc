#include "watch/process_life.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace sloth {
namespace {

using testing::ElementsAre;

ProcessMember member(int pid, uint64_t started = 0) {
    return {.pid = pid, .started = started != 0 ? started : uint64_t(pid), .name = "nginx"};
}

ProcessMembers members(std::initializer_list<int> pids) {
    ProcessMembers out;
    for (const int pid : pids) out[pid] = member(pid);
    return out;
}

ProcessTurn began(int pid) { return {.started = true, .member = member(pid), .status = {}}; }
ProcessTurn ended(int pid, std::optional<int> status = 0) {
    return {.started = false, .member = {.pid = pid}, .status = status};
}

// "started 7"
std::vector<std::string> told(const ProcessLife& life) {
    constexpr const char* kKinds[] = {"started ", "stopped ", "crashed "};
    std::vector<std::string> out;
    for (const ProcessEvent& event : life.events()) {
        out.push_back(kKinds[size_t(event.kind)] + std::to_string(event.member.pid));
    }
    return out;
}

TEST(ProcessLifeTest, tells_of_the_first_and_the_last_one) {
    ProcessLife life({}, false);
    for (const auto& turn : {began(1), began(2), ended(1), began(3), ended(3), ended(2)}) {
        life.take(turn);
    }
    EXPECT_THAT(told(life), ElementsAre("started 1", "stopped 2"));
}

TEST(ProcessLifeTest, tells_of_each_where_that_was_asked) {
    ProcessLife life({}, true);
    for (const auto& turn : {began(1), began(2), ended(1)}) life.take(turn);
    EXPECT_THAT(told(life), ElementsAre("started 1", "started 2", "stopped 1"));
}

TEST(ProcessLifeTest, tells_of_every_crash) {
    ProcessLife life(members({1, 2, 3, 4}), false);
    life.take(ended(1, SIGSEGV));
    life.take(ended(2, 3 << 8));
    life.take(ended(3, SIGTERM));
    life.take(ended(4, SIGKILL));
    EXPECT_THAT(told(life), ElementsAre("crashed 1", "crashed 2", "crashed 4", "stopped 4"));
    EXPECT_EQ(life.events()[0].left, 3u);
}

TEST(ProcessLifeTest, sees_a_restart_between_two_walks) {
    ProcessLife life(members({1}), false);
    life.take(members({2}));
    EXPECT_THAT(told(life), ElementsAre("stopped 1", "started 2"));
    ProcessLife again({{1, member(1, 100)}}, false);
    again.take(ProcessMembers{{1, member(1, 200)}});
    EXPECT_THAT(told(again), ElementsAre("stopped 1", "started 1"))
        << "the same number, another one";
}

TEST(ProcessLifeTest, does_not_take_a_server_that_goes_into_the_background_for_a_stop) {
    ProcessLife life({}, false);
    life.take(began(1));
    life.take(ended(1));
    EXPECT_TRUE(life.in_doubt());
    life.take(members({2}));
    EXPECT_THAT(told(life), ElementsAre("started 1"));
    EXPECT_EQ(life.members(), members({2}));
    life.take(ended(2));
    life.take(ProcessMembers());
    EXPECT_THAT(told(life), ElementsAre("started 1", "stopped 2"));
}

TEST(ProcessLifeTest, does_not_bring_back_one_that_ends_while_it_is_walked) {
    ProcessLife life(members({1}), false);
    life.take(ended(1, 0));
    life.take(members({1}));
    EXPECT_THAT(told(life), ElementsAre("stopped 1"));
    EXPECT_TRUE(life.members().empty());
}

TEST(ProcessLifeTest, takes_a_program_that_runs_another_of_its_kind_for_the_same) {
    ProcessLife life(members({1}), true);
    life.take(began(1));
    EXPECT_THAT(told(life), ElementsAre());
}

}  // namespace
}  // namespace sloth
