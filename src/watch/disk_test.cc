#include "watch/disk.h"

#include "tests/fakes/watch_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;

struct DiskWatcherTest : WatchBed {
    static constexpr uint64_t kGib = uint64_t(1) << 30;

    DiskWatcherTest() {
        host->mounts_ = {{"/", "ext4", "/dev/sda1"}, {"/data", "xfs", "/dev/sdb1"}};
        fill("/", 50);
        fill("/data", 50);
    }
    void fill(const std::string& path, uint64_t percent) {
        host->spaces_[path] = {.total = 100 * kGib,
                               .used = percent * kGib,
                               .available = (100 - percent) * kGib,
                               .inodes = 1000,
                               .inodes_free = 900};
    }
    // Nothing is changed on the machine while the background reads it.
    std::vector<std::string> watch_disk(Json fields) {
        fields["type"] = "disk";
        const auto made = make(std::move(fields));
        EXPECT_TRUE(made) << made.error().message;
        return measure();
    }
    // Asks, and waits for the answer from the background.
    std::vector<std::string> measure() {
        clock.advance(5s);
        look();
        for (int i = 0; i < 100; ++i) {
            pollfd ready{notifier.fd(), POLLIN, 0};
            ::poll(&ready, 1, 50);
            if (take_notices()) return look();
        }
        return {"no answer"};
    }
};

TEST_F(DiskWatcherTest, tells_when_a_disk_is_full_and_when_it_has_room_again) {
    EXPECT_THAT(watch_disk({{"path", "/data"}, {"conditions", {"above"}}, {"threshold", 90}}),
                ElementsAre());
    fill("/data", 95);
    EXPECT_THAT(measure(), ElementsAre("system.disk_full"));
    EXPECT_EQ(data()["path"], "/data");
    EXPECT_EQ(data()["mount_point"], "/data");
    EXPECT_EQ(data()["disk_percent"], 95);
    EXPECT_EQ(data()["used_percent"], 95);
    EXPECT_EQ(data()["used_gb"], 95);
    EXPECT_EQ(data()["total_gb"], 100);
    EXPECT_EQ(data()["available_bytes"], 5 * kGib);
    fill("/data", 80);
    EXPECT_THAT(measure(), ElementsAre("system.disk_normal"));
}

TEST_F(DiskWatcherTest, watches_every_mount_by_itself_where_none_is_named) {
    watch_disk({{"conditions", {"above"}}, {"threshold", 90}});
    fill("/", 99);
    EXPECT_THAT(measure(), ElementsAre("system.disk_full"));
    EXPECT_EQ(data()["mountpoint"], "/");
    fill("/data", 99);
    EXPECT_THAT(measure(), ElementsAre("system.disk_full"));
    EXPECT_EQ(data()["mountpoint"], "/data");
    EXPECT_EQ(data()["file_system"], "xfs");
}

TEST_F(DiskWatcherTest, watches_inodes_and_what_is_left) {
    host->spaces_["/data/x"] = {
        .total = kGib, .used = 0, .available = kGib, .inodes = 1000, .inodes_free = 30};
    EXPECT_THAT(watch_disk({{"path", "/data/x"},
                            {"conditions", {"below"}},
                            {"metric", "inodes"},
                            {"threshold", 5}}),
                ElementsAre("system.disk_full"));
    EXPECT_EQ(data()["inodes_percent"], 97);
    EXPECT_EQ(data()["mount_point"], "/data");
    EXPECT_EQ(data()["initial"], true);
}

TEST_F(DiskWatcherTest, says_so_when_a_disk_is_not_there) {
    EXPECT_THAT(watch_disk({{"path", "/nowhere"}, {"conditions", {"above"}}, {"threshold", 90}}),
                ElementsAre("error"));
    EXPECT_EQ(error.code, Code::not_found);
    EXPECT_EQ(probe(spec, context()).error().code, Code::not_found);
}

}  // namespace
}  // namespace sloth
