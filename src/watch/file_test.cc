#include "watch/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fakes/file_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

struct FileWatcherTest : FileBed {};

TEST_F(FileWatcherTest, tells_the_size_and_time_of_a_changed_file) {
    folder.write("a.conf", "one");
    watch("a.conf");
    EXPECT_THAT(seen(), ElementsAre());
    folder.write("a.conf", "longer");
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
    EXPECT_EQ(data()["old_size"], 3);
    EXPECT_EQ(data()["new_size"], 6);
    EXPECT_TRUE(parse_rfc3339(data()["new_mtime"].get<std::string>()));
    EXPECT_EQ(data()["watcher_id"], "watcher-1");
    EXPECT_EQ(data()["agent"], "web-01");
    EXPECT_FALSE(data().contains("old_hash"));
    EXPECT_FALSE(sightings[0].inferred);
    EXPECT_THAT(seen(), ElementsAre());
}

TEST_F(FileWatcherTest, tells_when_a_file_comes_and_goes) {
    watch("a.conf");
    folder.write("a.conf", "one");
    EXPECT_THAT(seen(), ElementsAre("file.created a.conf"));
    EXPECT_EQ(data()["size"], 3);
    EXPECT_TRUE(data()["mode"].get<std::string>().starts_with("0"));
    folder.remove("a.conf");
    EXPECT_THAT(seen(), ElementsAre("file.deleted a.conf"));
}

TEST_F(FileWatcherTest, finds_the_new_name_of_a_file_in_its_folder) {
    folder.write("a.conf", "one");
    watch("a.conf");
    folder.rename("a.conf", "b.conf");
    EXPECT_THAT(seen(), ElementsAre("file.renamed b.conf"));
    EXPECT_EQ(data()["old_path"], folder.path("a.conf"));
    EXPECT_EQ(data()["new_path"], folder.path("b.conf"));
    EXPECT_THAT(seen(), ElementsAre());
}

TEST_F(FileWatcherTest, takes_a_file_put_over_another_for_a_change) {
    folder.write("a.conf", "one");
    watch("a.conf");
    folder.write("a.conf.tmp", "two");
    folder.rename("a.conf.tmp", "a.conf");
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
}

TEST_F(FileWatcherTest, gives_a_name_that_went_away_a_moment_to_come_back) {
    folder.write("a.conf", "one");
    watch("a.conf");
    folder.rename("a.conf", "a.conf~");
    const auto first = watcher->check(clock.mono());
    ASSERT_TRUE(first && first->again);
    EXPECT_THAT(first->sightings, ElementsAre());
    folder.write("a.conf", "two!");
    clock.advance(10ms);
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
}

TEST_F(FileWatcherTest, tells_of_every_entry_of_a_folder) {
    folder.make("logs");
    folder.write("logs/old", "1");
    folder.write("logs/same", "1");
    folder.write("logs/moved", "1");
    watch("logs/");
    folder.write("logs/new", "1");
    folder.remove("logs/old");
    folder.write("logs/same", "22");
    folder.rename("logs/moved", "logs/elsewhere");
    EXPECT_THAT(seen(),
                UnorderedElementsAre("file.created logs/new", "file.deleted logs/old",
                                     "file.modified logs/same", "file.renamed logs/elsewhere"));
}

TEST_F(FileWatcherTest, splits_a_renaming_for_who_asked_for_names_only) {
    folder.make("in");
    folder.write("in/a.part", "1");
    watch("in", {{"conditions", {"created", "deleted"}}});
    folder.rename("in/a.part", "in/a");
    EXPECT_THAT(seen(), ElementsAre("file.deleted in/a.part", "file.created in/a"));
}

TEST_F(FileWatcherTest, does_not_take_a_new_file_with_an_old_number_for_a_renamed_one) {
    folder.make("in");
    folder.write("in/a", "1");
    watch("in");
    folder.remove("in/a");
    folder.write("in/b", "other");  // most file systems give it the number that was just freed
    EXPECT_THAT(seen(), UnorderedElementsAre("file.deleted in/a", "file.created in/b"));
}

TEST_F(FileWatcherTest, goes_on_with_a_folder_that_was_replaced) {
    folder.make("d");
    folder.write("d/kept", "1");
    folder.write("d/lost", "1");
    watch("d");
    folder.make("d2");
    folder.write("d2/kept", "22");
    folder.rename("d", "d.old");
    folder.rename("d2", "d");
    EXPECT_THAT(seen(), UnorderedElementsAre("file.modified d/kept", "file.deleted d/lost"));
    (void)take_notices();
    folder.write("d/later", "1");
    EXPECT_TRUE(take_notices());  // the watch is on the new folder
    EXPECT_THAT(seen(), ElementsAre("file.created d/later"));
}

TEST_F(FileWatcherTest, tells_after_a_restart_what_happened_in_between) {
    folder.write("a.conf", "one");
    watch("a.conf");
    folder.write("a.conf", "changed while nobody looked");
    restart();
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
    EXPECT_TRUE(sightings[0].inferred);
    EXPECT_THAT(seen(), ElementsAre());
    folder.write("a.conf", "and later");
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
    EXPECT_FALSE(sightings[0].inferred);
}

TEST_F(FileWatcherTest, finds_the_same_again_until_it_was_stored) {
    folder.write("a.conf", "one");
    watch("a.conf");
    folder.write("a.conf", "four");
    ASSERT_EQ(watcher->check(clock.mono())->sightings.size(), 1u);
    ASSERT_EQ(watcher->check(clock.mono())->sightings.size(), 1u);
    watcher->accept();
    EXPECT_EQ(watcher->check(clock.mono())->sightings.size(), 0u);
}

TEST_F(FileWatcherTest, compares_contents_where_asked) {
    folder.write("a.conf", "abc");
    watch("a.conf", {{"check_hash", true}});
    folder.touch("a.conf");
    EXPECT_THAT(seen(), ElementsAre());
    folder.write("a.conf", "abd");
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
    EXPECT_EQ(data()["old_hash"],
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_NE(data()["new_hash"], data()["old_hash"]);
}

TEST_F(FileWatcherTest, hashes_large_files_in_pieces_and_never_a_mixture) {
    const std::string big(300'000, 'x');
    folder.write("big", big);
    options.hash_bytes = 100'000;
    watch("big", {{"check_hash", true}});
    EXPECT_THAT(seen(), ElementsAre());
    folder.write("big", big + "y");
    (void)take_notices();
    ASSERT_TRUE(watcher->check(clock.mono())->again);
    folder.write("big", big + "zz");  // in the middle of the reading
    EXPECT_THAT(seen(), ElementsAre("file.modified big"));
    EXPECT_EQ(data()["new_size"], 300'002);
    EXPECT_EQ(data()["new_hash"].get<std::string>().size(), 64u);
    EXPECT_THAT(seen(), ElementsAre());
}

TEST_F(FileWatcherTest, opens_neither_fifo_nor_what_a_symlink_points_to) {
    ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
    watch("pipe", {{"check_hash", true}});
    EXPECT_THAT(seen(), ElementsAre());
    folder.write("real", "1");
    folder.write("other", "22");
    ASSERT_EQ(::symlink("real", folder.path("link").c_str()), 0);
    watch("link", {{"check_hash", true}});
    folder.write("real", "a change behind the link");
    EXPECT_THAT(seen(), ElementsAre());
    ASSERT_EQ(::unlink(folder.path("link").c_str()), 0);
    ASSERT_EQ(::symlink("other", folder.path("link").c_str()), 0);
    EXPECT_THAT(seen(), ElementsAre("file.modified link"));
}

TEST_F(FileWatcherTest, keeps_what_it_knows_of_a_folder_that_it_may_not_read) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    folder.make("d");
    folder.write("d/a", "1");
    watch("d");
    ::chmod(folder.path("d").c_str(), 0);
    EXPECT_FALSE(watcher->check(clock.mono()));
    ::chmod(folder.path("d").c_str(), 0700);
    EXPECT_THAT(seen(), ElementsAre());
}

TEST_F(FileWatcherTest, waits_for_the_end_of_a_burst_but_not_for_ever) {
    folder.write("a.log", "1");
    watch("a.log");
    (void)take_notices();
    const int fd = ::open(folder.path("a.log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    const MonoTime begin = clock.mono();
    MonoTime due = begin;
    for (int i = 0; i < 30; ++i) {
        ASSERT_EQ(::write(fd, "x", 1), 1);
        due = take_notices().value();
        EXPECT_LE(due, begin + 50ms);
        clock.advance(3ms);
    }
    EXPECT_EQ(due, begin + 50ms);
    ::close(fd);
    EXPECT_LE(take_notices().value(), clock.mono() + 1ms);
}

TEST_F(FileWatcherTest, looks_at_everything_when_notices_were_dropped) {
    folder.make("d");
    watch("d");
    // More than the kernel queues for one instance; two names, or it would merge them.
    int most = 16384;
    if (FILE* limit = std::fopen("/proc/sys/fs/inotify/max_queued_events", "r")) {
        (void)!std::fscanf(limit, "%d", &most);
        std::fclose(limit);
    }
    for (int i = 0; i <= most / 4; ++i) {
        folder.write("d/a", "1");
        folder.remove("d/a");
    }
    folder.write("d/last", "1");
    bool overflow = false;
    for (const Notice& notice : notifier.read()) {
        if (notice.kind != Notice::Kind::overflow) continue;
        overflow = true;
        EXPECT_EQ(watcher->notice(notice, clock.mono()), clock.mono());
    }
    EXPECT_TRUE(overflow);
    EXPECT_THAT(seen(), ElementsAre("file.created d/last"));
    EXPECT_THAT(gap, testing::HasSubstr("overflowed"));
    folder.write("d/more", "1");
    EXPECT_THAT(seen(), ElementsAre("file.created d/more"));
    EXPECT_EQ(gap, "");
}

TEST_F(FileWatcherTest, is_told_of_a_path_whose_folders_do_not_exist_yet) {
    watch("not/yet/there");
    (void)take_notices();
    folder.make("not");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre());
    folder.make("not/yet");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre());
    folder.write("not/yet/there", "1");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("file.created not/yet/there"));
}

// Where the kernel tells nothing, the interval does.
struct NoNotices final : Notifier {
    Result<int> add(const std::string& path, Scope, uint64_t) override {
        return fail(Code::exhausted, "watch '{}': no room", path);
    }
    void remove(int, uint64_t) override {}
    Result<void> attach(int, short, uint64_t) override { return {}; }
    Result<void> attach(int, short, NoticeSource&) override { return {}; }
    void detach(int) override {}
    std::vector<Notice> read() override { return {}; }
    int fd() const override { return -1; }
};

TEST_F(FileWatcherTest, works_without_the_kernels_help) {
    NoNotices none;
    folder.write("a", "1");
    const WatcherSpec plain{
        .id = "w", .type = "file", .conditions = {"modified"}, .path = folder.path("a")};
    watcher = std::make_unique<FileWatcher>(
        plain, std::nullopt, WatcherContext{none, machine, "web-01", kOwner}, options);
    EXPECT_THAT(seen(), ElementsAre());
    folder.write("a", "22");
    EXPECT_THAT(seen(), ElementsAre("file.modified a"));
    watcher.reset();
}

TEST_F(FileWatcherTest, tells_of_another_owner_and_mode) {
    folder.write("a.conf", "one");
    ::chmod(folder.path("a.conf").c_str(), 0644);
    watch("a.conf", {{"check_hash", true}});
    ::chmod(folder.path("a.conf").c_str(), 0600);
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
    EXPECT_EQ(data()["old_mode"], "0644");
    EXPECT_EQ(data()["new_mode"], "0600");
    EXPECT_EQ(data()["changes"], Json({"mode"}));
    if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
    ASSERT_EQ(::chown(folder.path("a.conf").c_str(), 1, 2), 0);
    EXPECT_THAT(seen(), ElementsAre("file.modified a.conf"));
    EXPECT_EQ(data()["new_uid"], 1);
    EXPECT_EQ(data()["new_gid"], 2);
}

TEST_F(FileWatcherTest, follows_a_symlink_where_that_was_asked) {
    folder.write("real", "1");
    ASSERT_EQ(::symlink("real", folder.path("link").c_str()), 0);
    watch("link", {{"follow", true}});
    folder.write("real", "a change behind the link");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("file.modified link"));
}

}  // namespace
}  // namespace sloth
