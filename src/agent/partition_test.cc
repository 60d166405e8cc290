// Ten minutes without a master at twenty events a second, and a restart in the middle.
#include <map>

#include "tests/fakes/agent_bed.h"

namespace sloth {
namespace {

constexpr int kFiles = 20;
constexpr int kSeconds = 600;

struct PartitionTest : AgentBed {
    // Each file grows once a second. It is not written anew: file systems flush what replaces.
    void change_all() {
        for (int file = 0; file < kFiles; ++file) {
            std::ofstream(folder.path(std::to_string(file)), std::ios::app) << 'x';
        }
        run_for(1s);
    }
};

TEST_F(PartitionTest, loses_doubles_and_reorders_nothing_and_catches_up_in_few_steps) {
    connect();
    for (int file = 0; file < kFiles; ++file) {
        folder.write(std::to_string(file), "");
        watch(std::to_string(file));
    }
    uplink.break_stream();
    step();
    for (int second = 0; second < kSeconds; ++second) {
        change_all();
        if (second == kSeconds / 2) restart();
    }
    EXPECT_EQ(store.outbox_size().events, size_t(kFiles * kSeconds));

    // The master is there again.
    uplink.batches.clear();
    run_for(31s);
    uplink.say(UplinkWelcome{0});
    int steps = 0;
    for (step(); store.outbox_size().events > 0 && steps < 1'000; ++steps) ack();
    EXPECT_EQ(steps, kFiles * kSeconds / 500);
    EXPECT_EQ(uplink.batches.size(), size_t(steps));

    std::map<std::string, int> sequences;
    uint64_t last = 0;
    for (const auto& batch : uplink.batches) {
        for (const OutboxEntry& entry : batch) {
            EXPECT_EQ(entry.sequence, ++last);
            const Json told = data(entry);
            EXPECT_EQ(told["watcher_sequence"], ++sequences[told["watcher_id"]]);
        }
    }
    EXPECT_EQ(last, uint64_t(kFiles * kSeconds));
    EXPECT_EQ(sequences.size(), size_t(kFiles));
    for (const auto& [id, count] : sequences) EXPECT_EQ(count, kSeconds) << id;
}

}  // namespace
}  // namespace sloth
