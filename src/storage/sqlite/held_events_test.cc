#include "storage/sqlite/held_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct HeldEventsTest : testing::Test {
    HeldEvents held;
    std::vector<Event> events = std::vector<Event>(3);
    std::vector<Event*> pointers;

    HeldEventsTest() {
        for (size_t i = 0; i < events.size(); ++i) {
            events[i].seq = int64_t(i + 1);
            pointers.push_back(&events[i]);
        }
    }
    std::vector<int64_t> claim(std::vector<int64_t> seqs) {
        HeldEvents::Claim claim(held);
        claim.take(seqs);
        return seqs;
    }
};

TEST_F(HeldEventsTest, keep_events_from_claims_between_commit_and_offer) {
    held.hold(pointers);
    EXPECT_THAT(claim({1, 2, 3}), IsEmpty());
    held.offer(pointers);  // nobody works here
    EXPECT_THAT(claim({1, 2, 3}), ElementsAre(1, 2, 3));
    EXPECT_THAT(claim({1, 2, 3}), IsEmpty());
}

TEST_F(HeldEventsTest, do_not_give_a_claim_what_was_finished_since_it_began) {
    std::vector<int64_t> seqs{1, 2};
    EXPECT_THAT(claim({1}), ElementsAre(1));
    {
        HeldEvents::Claim older(held);
        held.finish(std::vector<int64_t>{1});
        older.take(seqs);
    }
    EXPECT_THAT(seqs, ElementsAre(2));
}

TEST_F(HeldEventsTest, remember_what_was_finished_only_as_long_as_a_claim_needs_it) {
    {
        HeldEvents::Claim claim(held);
        held.finish(std::vector<int64_t>{1});
    }
    EXPECT_THAT(claim({1}), ElementsAre(1));
}

TEST_F(HeldEventsTest, are_nobodys_after_a_rollback) {
    held.hold(pointers);
    held.release(pointers);
    EXPECT_EQ(held.size(), 0u);
}

}  // namespace
}  // namespace sloth
