// Folders, and what is made, found, moved and removed in them.
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/sha256.h"
#include "files/content.h"
#include "files/copy.h"
#include "files/folders.h"
#include "files/glob.h"
#include "files/remove.h"
#include "files/status.h"
#include "files/temporary.h"
#include "files/test_folder.h"

namespace sloth::files {
namespace {

using testing::ElementsAre;
using TreeTest = FolderTest;

TEST_F(TreeTest, makes_a_folder_with_all_that_leads_to_it) {
    EXPECT_TRUE(*make_folder(everything(), "a/b/c/"));
    EXPECT_FALSE(*make_folder(everything(), "a/b/c"));
    EXPECT_TRUE(*make_folder(everything(), at("a/x/../y")));
    EXPECT_TRUE(std::filesystem::is_directory(at("a/b/c")));
    EXPECT_TRUE(std::filesystem::is_directory(at("a/x")));
    EXPECT_TRUE(std::filesystem::is_directory(at("a/y")));
    link("a", "link");
    EXPECT_FALSE(*make_folder(everything(), "link"));
    EXPECT_TRUE(*make_folder(everything(), "link/z"));
    EXPECT_TRUE(there("a/z"));
}

TEST_F(TreeTest, says_why_a_folder_cannot_be_made) {
    put("a", "x");
    EXPECT_EQ(make_folder(everything(), "a").error().message,
              "make the folder '" + at("a") + "': file exists");
    EXPECT_EQ(make_folder(everything(), "a/b/c").error().code, Code::conflict);
    EXPECT_FALSE(make_folder(everything(), ""));
}

TEST_F(TreeTest, makes_folders_only_below_the_roots) {
    const Roots root = inside("root");
    EXPECT_TRUE(*make_folder(root, at("root/a/b")));
    EXPECT_EQ(make_folder(root, at("root/../other")).error().code, Code::refused);
    EXPECT_EQ(make_folder(root, at("other/a")).error().code, Code::refused);
    link("../other", "root/link");
    EXPECT_EQ(make_folder(root, at("root/link/x")).error().code, Code::refused);
    EXPECT_FALSE(there("other"));
}

TEST_F(TreeTest, lists_names_in_order) {
    put("f/b", "");
    put("f/.hidden", "");
    make("f/a");
    EXPECT_THAT(*list(everything(), "f"), ElementsAre(".hidden", "a", "b"));
    EXPECT_THAT(*list(inside("f"), at("f")), ElementsAre(".hidden", "a", "b"));
    EXPECT_EQ(list(everything(), "f/b").error().code, Code::not_found);
    EXPECT_EQ(list(everything(), "none").error().message,
              "list '" + at("none") + "': no such file or directory");
}

TEST_F(TreeTest, removes_files_links_and_empty_folders) {
    put("a", "");
    make("empty");
    put("full/x", "");
    link("full", "link");
    EXPECT_TRUE(remove(everything(), "a"));
    EXPECT_TRUE(remove(everything(), "empty"));
    EXPECT_TRUE(remove(everything(), "link"));
    EXPECT_FALSE(there("a") || there("empty") || there("link"));
    EXPECT_EQ(remove(everything(), "full").error().message,
              "remove '" + at("full") + "': directory not empty");
    EXPECT_EQ(remove(everything(), "a").error().code, Code::not_found);
}

TEST_F(TreeTest, removes_a_tree_and_nothing_that_its_links_lead_to) {
    put("tree/a/b/c", "");
    put("other/keep", "x");
    link("../other", "tree/folder_link");
    link("../../other/keep", "tree/a/file_link");
    link("none", "tree/dangling");
    EXPECT_TRUE(*remove_tree(everything(), "tree", {}));
    EXPECT_FALSE(there("tree"));
    EXPECT_EQ(text("other/keep"), "x");
    EXPECT_FALSE(*remove_tree(everything(), "tree", {}));
    EXPECT_FALSE(*remove_tree(everything(), "none/none", {}));
    link("other", "link");
    EXPECT_TRUE(*remove_tree(everything(), "link", {}));
    EXPECT_EQ(text("other/keep"), "x");
}

TEST_F(TreeTest, does_not_remove_roots) {
    put("root/a", "");
    make("root/b");
    EXPECT_FALSE(remove_tree(inside("root"), at("root"), {}));
    EXPECT_FALSE(remove_tree(inside("root"), at("root/b/.."), {}));
    EXPECT_FALSE(remove_tree(everything(), "/", {}));
    EXPECT_FALSE(remove(everything(), at("root/..")));
    EXPECT_TRUE(there("root/a"));
}

TEST_F(TreeTest, stops_removing_when_it_is_told_to) {
    put("tree/a", "");
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(remove_tree(everything(), "tree", stop.get_token()).error().code, Code::timed_out);
    EXPECT_TRUE(there("tree/a"));
}

TEST_F(TreeTest, copies_a_file_once) {
    const std::string content(700'000, 'c');
    put("from", content);
    ASSERT_EQ(::chmod(at("from").c_str(), 0750), 0);
    const auto first = copy(everything(), "from", "deep/to", {.parents = true}, {});
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(first->changed);
    EXPECT_EQ(first->size, 700'000);
    EXPECT_EQ(text("deep/to"), content);
    EXPECT_EQ(mode("deep/to"), 0750u);
    EXPECT_FALSE(copy(everything(), "from", "deep/to", {}, {})->changed);
    EXPECT_TRUE(copy(everything(), "from", "deep/to", {.mode = 0600}, {})->changed);
    EXPECT_EQ(mode("deep/to"), 0600u);
    put("from", content.substr(1) + "d");
    EXPECT_TRUE(copy(everything(), "from", "deep/to", {}, {})->changed);
    EXPECT_EQ(mode("deep/to"), 0600u) << "of what is there already";
    EXPECT_EQ(text("deep/to"), content.substr(1) + "d");
}

TEST_F(TreeTest, says_why_a_file_is_not_copied) {
    put("from", "x");
    make("folder");
    EXPECT_EQ(copy(everything(), "none", "to", {}, {}).error().message,
              "copy '" + at("none") + "': no such file or directory");
    EXPECT_EQ(copy(everything(), "from", "folder", {}, {}).error().message,
              "copy to '" + at("folder") + "': is a directory");
    EXPECT_FALSE(copy(everything(), "folder", "to", {}, {}));
    EXPECT_FALSE(copy(everything(), "from", "none/to", {}, {}));
    EXPECT_EQ(copy(inside("folder"), at("from"), at("folder/to"), {}, {}).error().code,
              Code::refused);
    EXPECT_EQ(copy(inside("folder"), at("folder/x"), at("to"), {}, {}).error().code, Code::refused);
    EXPECT_FALSE(there("to"));
}

TEST_F(TreeTest, moves_files_links_and_folders) {
    put("a", "x");
    put("tree/b", "y");
    link("a", "link");
    EXPECT_TRUE(move(everything(), "a", "c", {}));
    EXPECT_TRUE(move(everything(), "tree", "wood", {}));
    EXPECT_TRUE(move(everything(), "link", "c", {})) << "takes the place of a file";
    EXPECT_TRUE(std::filesystem::is_symlink(at("c")));
    EXPECT_EQ(text("wood/b"), "y");
    EXPECT_EQ(move(everything(), "none", "x", {}).error().message,
              "move '" + at("none") + "': no such file or directory");
    EXPECT_EQ(move(inside("wood"), at("wood/b"), at("out"), {}).error().code, Code::refused);
    EXPECT_EQ(move(inside("wood"), at("c"), at("wood/c"), {}).error().code, Code::refused);
}

TEST_F(TreeTest, moves_files_to_another_file_system) {
    struct stat here{};
    struct stat there_info{};
    ASSERT_EQ(::stat(folder.c_str(), &here), 0);
    if (::stat("/dev/shm", &there_info) != 0 || here.st_dev == there_info.st_dev)
        GTEST_SKIP() << "there is no second file system";
    const std::string far = "/dev/shm/" + std::filesystem::path(folder).filename().string();
    put("a", "x");
    make("d");
    EXPECT_TRUE(move(everything(), "a", far, {}));
    EXPECT_FALSE(there("a"));
    EXPECT_TRUE(move(everything(), far, "b", {}));
    EXPECT_EQ(text("b"), "x");
    EXPECT_FALSE(std::filesystem::exists(far));
    EXPECT_EQ(move(everything(), "d", far, {}).error().message,
              "move '" + at("d") + "': to another file system only regular files are moved");
}

TEST_F(TreeTest, tells_what_a_path_is) {
    put("a", "hello");
    ASSERT_EQ(::chmod(at("a").c_str(), 0640), 0);
    make("d");
    link("a", "link");
    const auto file = status(everything(), "a", Checksum::compute, {});
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->exists && file->is_file && !file->is_dir && !file->is_link);
    EXPECT_EQ(file->path, at("a"));
    EXPECT_EQ(file->size, 5);
    EXPECT_EQ(file->mode, "640");
    EXPECT_EQ(file->uid, ::getuid());
    EXPECT_GT(file->mtime, 1'600'000'000);
    EXPECT_EQ(file->checksum, sha256_hex("hello"));
    const auto link_status = status(everything(), "link", Checksum::leave_out, {});
    EXPECT_TRUE(link_status->is_link && link_status->is_file && link_status->checksum.empty());
    const auto folder_status = status(everything(), "d", Checksum::compute, {});
    EXPECT_TRUE(folder_status->is_dir && !folder_status->is_file &&
                folder_status->checksum.empty());
    const auto none = status(everything(), "none/none", Checksum::compute, {});
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->exists);
    EXPECT_EQ(status(inside("d"), at("a"), Checksum::compute, {}).error().code, Code::refused);
}

TEST_F(TreeTest, tells_whether_something_is_there_and_how_large) {
    put("a", "hello");
    link("none", "dangling");
    EXPECT_TRUE(*exists(everything(), "a"));
    EXPECT_TRUE(*exists(everything(), "" + folder));
    EXPECT_FALSE(*exists(everything(), "none"));
    EXPECT_FALSE(*exists(everything(), "a/none"));
    EXPECT_FALSE(*exists(everything(), "dangling"));
    EXPECT_EQ(exists(inside("x"), at("a")).error().code, Code::refused);
    EXPECT_EQ(*size(everything(), "a"), 5);
    EXPECT_EQ(size(everything(), folder).error().message,
              "look at '" + folder + "': not a regular file");
    EXPECT_EQ(size(everything(), "none").error().code, Code::not_found);
}

TEST_F(TreeTest, makes_temporary_files_that_nobody_else_can_read) {
    const auto first = make_temporary(everything(), folder, "1");
    ASSERT_TRUE(first);
    EXPECT_EQ(*first, at("sloth-1.tmp"));
    EXPECT_EQ(mode("sloth-1.tmp"), 0600u);
    EXPECT_EQ(make_temporary(everything(), folder, "1").error().code, Code::conflict);
    make("root");
    EXPECT_EQ(*make_temporary(inside("root"), folder, "2"), at("root/sloth-2.tmp"));
    EXPECT_EQ(make_temporary(inside("none"), folder, "2").error().code, Code::refused);
}

TEST_F(TreeTest, finds_paths_by_pattern) {
    put("logs/a.log", "");
    put("logs/b.log", "");
    put("logs/.hidden.log", "");
    put("logs/c.txt", "");
    put("more/x/a.log", "");
    put("more/y/b.log", "");
    EXPECT_THAT(*glob(everything(), at("logs/*.log"), {}),
                ElementsAre(at("logs/a.log"), at("logs/b.log")));
    EXPECT_THAT(*glob(everything(), at("logs/.*.log"), {}), ElementsAre(at("logs/.hidden.log")));
    EXPECT_THAT(*glob(everything(), at("more/?/[ab].log"), {}),
                ElementsAre(at("more/x/a.log"), at("more/y/b.log")));
    EXPECT_THAT(*glob(everything(), at("more/*/a.log"), {}), ElementsAre(at("more/x/a.log")));
    EXPECT_THAT(*glob(everything(), "logs/c*", {}), ElementsAre("logs/c.txt"));
    EXPECT_THAT(*glob(everything(), at("logs/c.txt"), {}), ElementsAre(at("logs/c.txt")));
    EXPECT_TRUE(glob(everything(), at("none/*"), {})->empty());
    EXPECT_THAT(*glob(inside("logs"), at("logs/c.*"), {}), ElementsAre(at("logs/c.txt")));
    EXPECT_EQ(glob(inside("logs"), at("mo*"), {}).error().code, Code::refused);
    link("../more", "logs/way_out");
    EXPECT_TRUE(glob(inside("logs"), at("logs/way_out/*/a.log"), {}).error().code == Code::refused);
    EXPECT_TRUE(glob(inside("logs"), at("logs/w*/x"), {})->empty());
}

}  // namespace
}  // namespace sloth::files
