#include "watch/file_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "tests/fakes/file_bed.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct TreeWatcherTest : FileBed {
    void watch_tree(const std::string& name, Json more = Json::object()) {
        more["recursive"] = true;
        watch(name, std::move(more));
    }
    void set_up_tree() {
        folder.make("t/a/b");
        folder.write("t/top", "1");
        folder.write("t/a/mid", "1");
        folder.write("t/a/b/deep", "1");
    }
};

TEST_F(TreeWatcherTest, tells_of_folders_and_files_at_every_depth) {
    set_up_tree();
    watch_tree("t");
    folder.write("t/a/b/new", "1");
    folder.write("t/a/b/deep", "22");
    folder.remove("t/top");
    folder.make("t/c/d");
    folder.write("t/c/d/e", "1");
    EXPECT_THAT(seen(), UnorderedElementsAre("file.created t/a/b/new", "file.modified t/a/b/deep",
                                             "file.deleted t/top", "dir.created t/c",
                                             "dir.created t/c/d", "file.created t/c/d/e"));
    EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(TreeWatcherTest, looks_no_deeper_than_asked) {
    set_up_tree();
    watch("t");
    folder.write("t/a/b/deep", "22");
    folder.write("t/a/new", "1");
    EXPECT_THAT(seen(), IsEmpty());
    folder.make("t/x");
    EXPECT_THAT(seen(), ElementsAre("dir.created t/x"));
}

TEST_F(TreeWatcherTest, is_told_by_the_kernel_of_every_folder_also_of_new_and_moved_ones) {
    set_up_tree();
    watch_tree("t");
    (void)take_notices();
    folder.write("t/a/b/deep", "22");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("file.modified t/a/b/deep"));
    folder.make("t/n");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("dir.created t/n"));
    folder.write("t/n/x", "1");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("file.created t/n/x"));
    folder.rename("t/a/b", "t/n/b");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("dir.renamed t/n/b")) << "with all that is in it";
    folder.write("t/n/b/deep", "333");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("file.modified t/n/b/deep"));
}

TEST_F(TreeWatcherTest, finds_what_the_kernel_told_of_without_walking_the_whole_tree) {
    folder.make("t/many");
    for (int i = 0; i < 300; ++i) folder.write("t/many/" + std::to_string(i), "1");
    watch_tree("t");
    (void)take_notices();
    folder.write("t/many/7", "22");
    folder.remove("t/many/8");
    ASSERT_TRUE(take_notices());
    // What is done behind the kernel's back shows at the next walk only: none was taken.
    const auto touched = seen();
    EXPECT_THAT(touched, UnorderedElementsAre("file.modified t/many/7", "file.deleted t/many/8"));
    clock.advance(10s);
    EXPECT_THAT(seen(), IsEmpty());
    folder.write("t/many/9", "22");
    clock.advance(10s);
    EXPECT_THAT(seen(), ElementsAre("file.modified t/many/9")) << "by the interval alone";
}

TEST_F(TreeWatcherTest, tells_of_both_ends_of_a_renamed_folder_for_who_asked_for_names_only) {
    set_up_tree();
    watch_tree("t", {{"conditions", {"created", "deleted"}}});
    folder.rename("t/a", "t/z");
    EXPECT_THAT(seen(), UnorderedElementsAre("dir.deleted t/a", "dir.created t/z",
                                             "dir.deleted t/a/b", "dir.created t/z/b",
                                             "file.deleted t/a/mid", "file.created t/z/mid",
                                             "file.deleted t/a/b/deep", "file.created t/z/b/deep"));
}

TEST_F(TreeWatcherTest, leaves_out_what_is_excluded) {
    set_up_tree();
    folder.make("t/.git/objects");
    watch_tree("t", {{"include", {"*.conf"}}, {"exclude", {".git", "a/b"}}});
    folder.write("t/.git/objects/x.conf", "1");
    folder.write("t/a/b/x.conf", "1");
    folder.write("t/a/x.txt", "1");
    EXPECT_FALSE(take_notices() && !seen().empty());
    folder.write("t/a/x.conf", "1");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("file.created t/a/x.conf"));
}

TEST_F(TreeWatcherTest, does_not_leave_the_tree_through_a_symlink) {
    set_up_tree();
    folder.make("outside");
    folder.write("outside/secret", "1");
    ASSERT_EQ(::symlink("../outside", folder.path("t/link").c_str()), 0);
    watch_tree("t");
    folder.write("outside/more", "1");
    EXPECT_THAT(seen(), IsEmpty());
    // A folder that is swapped for a link to another one.
    folder.rename("t/a", "a.old");
    ASSERT_EQ(::symlink("../outside", folder.path("t/a").c_str()), 0);
    (void)take_notices();
    EXPECT_THAT(seen(),
                UnorderedElementsAre("dir.deleted t/a", "file.created t/a", "dir.deleted t/a/b",
                                     "file.deleted t/a/mid", "file.deleted t/a/b/deep"));
}

TEST_F(TreeWatcherTest, follows_symlinks_where_that_was_asked_and_not_in_circles) {
    set_up_tree();
    folder.make("outside");
    ASSERT_EQ(::symlink("../outside", folder.path("t/link").c_str()), 0);
    ASSERT_EQ(::symlink("..", folder.path("t/a/up").c_str()), 0);
    watch_tree("t", {{"follow", true}});
    folder.write("outside/new", "1");
    EXPECT_TRUE(take_notices());
    EXPECT_THAT(seen(), ElementsAre("file.created t/link/new"));
}

TEST_F(TreeWatcherTest, looks_in_pieces_and_tells_in_slices) {
    folder.make("t");
    options.entries = 10;
    options.sightings = 7;
    watch_tree("t");
    std::set<std::string> expected;
    for (int i = 0; i < 100; ++i) {
        folder.write("t/" + std::to_string(i), "1");
        expected.insert("file.created t/" + std::to_string(i));
    }
    const auto told = seen();
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()), expected);
    EXPECT_EQ(told.size(), 100u);
    EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(TreeWatcherTest, repeats_nothing_when_it_ends_between_two_slices) {
    folder.make("t");
    options.sightings = 7;
    watch_tree("t");
    for (int i = 0; i < 20; ++i) folder.write("t/" + std::to_string(i), "1");
    std::multiset<std::string> told;
    const auto slice = [&] {
        while (true) {
            const auto check = watcher->check(clock.mono());
            ASSERT_TRUE(check);
            if (check->save == Check::Save::no && check->again) continue;
            for (const Sighting& sighting : check->sightings) {
                told.insert((*parse_json(sighting.data))["path"]);
            }
            return;
        }
    };
    slice();
    EXPECT_EQ(told.size(), 7u);
    restart();  // its baseline was stored with them
    for (const std::string& path : [&] {
             std::vector<std::string> paths;
             (void)seen();
             for (size_t i = 0; i < sightings.size(); ++i) paths.push_back(data(i)["path"]);
             return paths;
         }()) {
        told.insert(path);
    }
    EXPECT_EQ(told.size(), 20u);
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()).size(), 20u);
}

TEST_F(TreeWatcherTest, lets_a_large_tree_rest_between_looks) {
    folder.make("t");
    for (int i = 0; i < 1'100; ++i) folder.write("t/" + std::to_string(i), "1");
    watch_tree("t");
    (void)take_notices();
    clock.advance(1s);
    folder.write("t/1", "22");
    EXPECT_LE(*take_notices(), clock.mono() + 5ms) << "after a pause it is told at once";
    clock.advance(5ms);
    EXPECT_THAT(seen(), ElementsAre("file.modified t/1"));
    folder.write("t/2", "22");
    EXPECT_GT(*take_notices(), clock.mono() + 8ms);
}

struct DirectoryWatcherTest : FileBed {
    void watch_directory(const std::string& name, Json more = Json::object()) {
        more["type"] = "directory";
        watch(name, std::move(more));
    }
};

TEST_F(DirectoryWatcherTest, tells_of_all_changes_of_a_folder_in_one_event) {
    folder.make("d/sub");
    for (const char* name : {"d/a", "d/b", "d/c"}) folder.write(name, "1");
    watch_directory("d");
    folder.write("d/new1", "1");
    folder.write("d/new2", "1");
    folder.remove("d/a");
    folder.write("d/b", "22");
    EXPECT_THAT(seen(), ElementsAre("dir.changed d"));
    EXPECT_EQ(data()["files_added"], 2);
    EXPECT_EQ(data()["files_removed"], 1);
    EXPECT_EQ(data()["files_modified"], 1);
    EXPECT_EQ(data()["old_file_count"], 3);
    EXPECT_EQ(data()["new_file_count"], 4);
    EXPECT_EQ(data()["added"], Json({"new1", "new2"}));
    EXPECT_EQ(data()["watcher_id"], "watcher-1");
    EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(DirectoryWatcherTest, tells_when_it_comes_and_goes) {
    watch_directory("d");
    folder.make("d");
    folder.write("d/a", "1");
    EXPECT_THAT(seen(), ElementsAre("dir.created d"));
    folder.rename("d", "e");
    EXPECT_THAT(seen(), ElementsAre("dir.renamed e"));
    EXPECT_EQ(data()["old_path"], folder.path("d"));
    folder.rename("e", "d");
    EXPECT_THAT(seen(), ElementsAre("dir.created d"));
    folder.remove("d");
    EXPECT_THAT(seen(), ElementsAre("dir.deleted d"));
}

TEST_F(DirectoryWatcherTest, is_not_created_for_a_file) {
    folder.write("a", "1");
    spec = *parse_watcher_spec(dump_json(
        Json{{"type", "directory"}, {"path", folder.path("a")}, {"conditions", {"changed"}}}));
    EXPECT_THAT(probe(spec, context()).error().message, HasSubstr("no folder"));
    spec.path = folder.path("later");
    EXPECT_TRUE(probe(spec, context()));
}

TEST(FileTree, comes_back_from_its_text_as_it_went) {
    FileTree tree;
    FileEntry entry{.kind = FileKind::regular,
                    .mode = 0640,
                    .uid = 33,
                    .gid = 34,
                    .inode = 123'456'789,
                    .born = FileTime(std::chrono::nanoseconds(1'763'900'000'123'456'789)),
                    .size = 5'000'000'000,
                    .mtime = FileTime(std::chrono::nanoseconds(-5)),
                    .changed = FileTime(std::chrono::nanoseconds(7)),
                    .hash = std::string(64, 'a')};
    tree.nodes()[""].entry = {.kind = FileKind::folder, .mode = 0755, .hash = {}};
    tree.nodes()["a b\n%\"\\\xff/ü"].entry = entry;
    tree.nodes()["gone"].entry = entry;
    FileDelta delta;
    delta["gone"] = {};
    entry.hash.clear();
    delta["new"] = entry;
    const auto back = parse_file_tree(to_json(tree, delta, "/p\xff"), "/p\xff");
    ASSERT_TRUE(back) << back.error().message;
    tree.apply(delta);
    ASSERT_EQ(back->size(), tree.size());
    for (const auto& [name, node] : tree.nodes()) EXPECT_EQ(back->at(name), node.entry) << name;
    EXPECT_EQ(parse_file_tree(to_json(tree, {}, "/p"), "/q").error().code, Code::not_found);
    EXPECT_EQ(parse_file_tree(R"({"path":"/p","entries":"f 1 2\n"})", "/p").error().code,
              Code::invalid);
}

}  // namespace
}  // namespace sloth
