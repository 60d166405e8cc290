#include "files/place.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "files/content.h"
#include "files/test_folder.h"

namespace sloth::files {
namespace {

class PlaceTest : public FolderTest {
 public:
    // "in" is the root; "out" is what nobody may reach.
    PlaceTest() {
        put("in/a.txt", "inside");
        put("in/sub/b.txt", "deeper");
        put("out/secret", "secret");
        put("in_beside/c.txt", "beside");
    }
    std::string read_in(const std::string& path) const {
        const auto got = read(inside("in"), path);
        return got ? *got : std::string(to_string(got.error().code));
    }
};

TEST_F(PlaceTest, reads_what_is_below_the_root) {
    EXPECT_EQ(read_in(at("in/a.txt")), "inside");
    EXPECT_EQ(read_in(at("in/sub/../a.txt")), "inside");
    EXPECT_EQ(read_in(at("in//sub/./b.txt")), "deeper");
    EXPECT_EQ(read_in("in/sub/b.txt"), "deeper") << "relative to the base folder";
}

TEST_F(PlaceTest, refuses_every_way_out_of_the_root) {
    link("../out/secret", "in/relative");
    link(at("out/secret"), "in/absolute");
    link("../out", "in/folder");
    link("../in_beside", "in/neighbour");
    link("absolute", "in/chain");
    link("/proc/self/root" + at("out/secret"), "in/magic");
    for (const char* path :
         {"out/secret", "in/../out/secret", "in/sub/../../out/secret", "in/relative", "in/absolute",
          "in/folder/secret", "in/folder/../out/secret", "in/neighbour/c.txt", "in/chain",
          "in/magic", "in_beside/c.txt", "in/sub/../../in_beside/c.txt", "../", "in/.."}) {
        const auto got = read(inside("in"), path);
        ASSERT_FALSE(got) << path;
        EXPECT_EQ(got.error().code, Code::refused) << path << ": " << got.error().message;
        EXPECT_FALSE(write(inside("in"), path, "x", {}, {})) << path;
        EXPECT_FALSE(append(inside("in"), path, "x", {})) << path;
    }
    EXPECT_EQ(read_in("/etc/passwd"), "refused");
    EXPECT_EQ(text("out/secret"), "secret");
    EXPECT_EQ(count("out"), 1u);
}

TEST_F(PlaceTest, says_what_was_tried_and_where_it_would_lead) {
    link("../out/secret", "in/relative");
    const auto got = read(inside("in"), at("in/relative"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().message, "read '" + at("in/relative") + "': it leads to '" +
                                       at("in/../out/secret") +
                                       "', which is outside the files of this hook: " + at("in"));
}

TEST_F(PlaceTest, follows_links_that_stay_inside_also_absolute_ones) {
    link(at("in/sub"), "in/current");
    link("../a.txt", "in/sub/up");
    link(at("in/current/up"), "in/long_way");
    EXPECT_EQ(read_in(at("in/current/b.txt")), "deeper");
    EXPECT_EQ(read_in(at("in/sub/up")), "inside");
    EXPECT_EQ(read_in(at("in/long_way")), "inside");
}

TEST_F(PlaceTest, follows_a_link_from_one_root_into_another) {
    link(at("out"), "in/other");
    const Roots both = Roots::below({at("in"), at("out")});
    EXPECT_EQ(*read(both, at("in/other/secret")), "secret");
}

TEST_F(PlaceTest, ends_at_links_that_go_in_circles) {
    link("b", "in/a");
    link("a", "in/b");
    link(at("in/loop/x"), "in/loop");
    EXPECT_EQ(read_in(at("in/a")), "failed");
    EXPECT_EQ(read_in(at("in/loop/y")), "failed");
}

TEST_F(PlaceTest, follows_no_magic_links_of_proc) {
    const Roots proc = Roots::below({"/proc/self"});
    EXPECT_TRUE(read(proc, "/proc/self/status"));
    const Fd secret(::open(at("out/secret").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(read(proc, "/proc/self/fd/" + std::to_string(secret.get())));
    EXPECT_FALSE(read(proc, "/proc/self/root" + at("out/secret")));
    EXPECT_FALSE(read(proc, "/proc/self/cwd/anything"));
}

TEST_F(PlaceTest, keeps_a_root_that_is_a_file_to_itself) {
    const Roots file = Roots::below({at("in/a.txt"), at("in/new.txt")});
    EXPECT_EQ(*read(file, at("in/a.txt")), "inside");
    EXPECT_TRUE(*write(file, at("in/a.txt"), "changed", {}, {}));
    EXPECT_TRUE(*write(file, at("in/new.txt"), "made", {}, {}));
    EXPECT_EQ(read(file, at("in/sub/b.txt")).error().code, Code::refused);
    EXPECT_EQ(read(file, at("in/a.txt/x")).error().code, Code::not_found);
    EXPECT_EQ(text("in/a.txt") + text("in/new.txt"), "changedmade");
}

TEST_F(PlaceTest, reaches_everything_without_roots_and_nothing_with_none) {
    link("../out/secret", "in/relative");
    EXPECT_EQ(*read(everything(), at("in/relative")), "secret");
    EXPECT_EQ(*read(everything(), "in/../out/secret"), "secret");
    EXPECT_EQ(read(Roots::below({}), at("in/a.txt")).error().code, Code::refused);
}

TEST_F(PlaceTest, refuses_paths_that_are_none) {
    EXPECT_EQ(read(everything(), "").error().code, Code::invalid);
    EXPECT_EQ(read(everything(), std::string_view("a\0b", 3)).error().code, Code::invalid);
    EXPECT_EQ(read(everything(), std::string(5000, 'x')).error().code, Code::failed);
}

// As on a kernel before 5.6: openat2 is unknown to this process from now on.
void forget_openat2() {
    sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),  // the number of the call
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{.len = 4, .filter = steps};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(10);
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) ::_exit(11);
}

TEST_F(PlaceTest, refuses_limits_that_the_kernel_cannot_keep) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        forget_openat2();
        if (!read(everything(), at("in/a.txt"))) ::_exit(1);
        const auto limited = read(inside("in"), at("in/a.txt"));
        if (limited) ::_exit(2);
        const std::string why = limited.error().message;
        if (why.find("cannot keep a hook inside its folders") == std::string::npos) ::_exit(3);
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

TEST_F(PlaceTest, never_waits_for_what_is_no_regular_file) {
    ASSERT_EQ(::mkfifo(at("in/fifo").c_str(), 0600), 0);
    const Fd listener(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = at("in/socket");
    ASSERT_LT(path.size(), sizeof name.sun_path);
    path.copy(name.sun_path, path.size());
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    link("/dev/zero", "in/device");
    for (const char* what : {"in/fifo", "in/socket", "in/device", "in/sub"}) {
        EXPECT_EQ(read(everything(), at(what)).error().code, Code::failed) << what;
        EXPECT_EQ(write(everything(), at(what), "x", {}, {}).error().code, Code::failed) << what;
        EXPECT_EQ(append(everything(), at(what), "x", {}).error().code, Code::failed) << what;
    }
}

// The way in is exchanged for a way out again and again while it is walked.
TEST_F(PlaceTest, is_not_led_out_by_a_race) {
    put("in/door/secret", "decoy");
    link("../out", "in/trap");
    std::atomic<bool> stop = false;
    std::atomic<int> turns = 0;
    std::thread attacker([&] {
        while (!stop) {
            turns += ::renameat2(AT_FDCWD, at("in/door").c_str(), AT_FDCWD, at("in/trap").c_str(),
                                 RENAME_EXCHANGE) == 0;
        }
    });
    int decoys = 0;
    int refused = 0;
    for (int i = 0; i < 20'000 && (decoys < 100 || refused < 100); ++i) {
        const std::string got = read_in(at("in/door/secret"));
        ASSERT_TRUE(got == "decoy" || got == "refused" || got == "not_found") << got;
        decoys += got == "decoy" ? 1 : 0;
        refused += got == "refused" ? 1 : 0;
        static_cast<void>(append(inside("in"), at("in/door/secret"), "", {}));
        static_cast<void>(write(inside("in"), at("in/door/new"), "", {}, {}));
    }
    stop = true;
    attacker.join();
    EXPECT_GE(decoys, 100) << turns;
    EXPECT_GE(refused, 100) << turns;
    EXPECT_EQ(text("out/secret"), "secret");
    EXPECT_EQ(count("out"), 1u);
}

}  // namespace
}  // namespace sloth::files
