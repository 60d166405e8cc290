// What is left when the process that writes is killed, or its disk is full. Both need a process or
// a mount of their own.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>

#include "storage/sqlite/database.h"
#include "storage/sqlite/store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"

namespace sloth {
namespace {

Event an_event(int64_t number, size_t size) {
    Event event;
    event.id = std::to_string(number);
    event.type = "a.b";
    event.data = R"({"x":")" + std::string(size, 'x') + R"("})";
    return event;
}

// The child: appends without end and writes each acknowledged number to the pipe.
[[noreturn]] void append_until_killed(const std::filesystem::path& folder, int pipe) {
    FakeClock clock;
    auto store = SqliteStore::open(folder, clock);
    if (!store) ::_exit(1);
    for (int64_t number = 1;; ++number) {
        std::vector<Event> one;
        one.push_back(an_event(number, 300));
        std::promise<void> turn;
        (*store)->events().append(std::move(one), {}, [&, number](Result<AppendResults> r) {
            if (!r || ::write(pipe, &number, sizeof number) != sizeof number) ::_exit(1);
            if (number % 64 == 0) turn.set_value();
        });
        if (number % 64 == 0) turn.get_future().wait();
    }
}

TEST(SqliteCrash, loses_no_acknowledged_event_when_its_process_is_killed) {
    const TempFolder folder;
    for (const int64_t kill_after : {1, 500, 3000}) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        if (child == 0) append_until_killed(folder.path(), ends[1]);
        ::close(ends[1]);
        std::vector<int64_t> acknowledged;
        int64_t number = 0;
        while (::read(ends[0], &number, sizeof number) == sizeof number) {
            acknowledged.push_back(number);
            if (int64_t(acknowledged.size()) == kill_after) ::kill(child, SIGKILL);
        }
        ::close(ends[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));

        FakeClock clock;
        auto store = SqliteStore::open(folder.path(), clock);
        ASSERT_TRUE(store) << store.error().message;
        for (const int64_t id : acknowledged) {
            ASSERT_TRUE((*store)->events().find("#" + std::to_string(id))) << id;
        }
    }
    auto db = Database::open(folder.path() / "master.db", Database::Mode::read_only);
    auto check = db->prepare("PRAGMA integrity_check");
    ASSERT_TRUE(*check->step());
    EXPECT_EQ(check->text(0), "ok");
}

// A small disk of its own, while it lives.
class SmallDisk {
 public:
    explicit SmallDisk(const char* options) {
        mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options) == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    const std::filesystem::path& path() const { return folder_.path(); }
    bool resize(const char* options) {
        return ::mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT, options) == 0;
    }

 private:
    TempFolder folder_;
    bool mounted_ = false;
};

Result<AppendResults> append(SqliteStore& store, Event event) {
    std::promise<Result<AppendResults>> done;
    std::vector<Event> one;
    one.push_back(std::move(event));
    store.events().append(std::move(one), {}, [&](auto r) { done.set_value(std::move(r)); });
    return done.get_future().get();
}

TEST(SqliteCrash, refuses_events_while_the_disk_is_full_and_goes_on_when_there_is_room) {
    SmallDisk disk("size=2m");
    if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs is not allowed here";
    FakeClock clock;
    auto store = SqliteStore::open(disk.path(), clock);
    ASSERT_TRUE(store) << store.error().message;
    int64_t stored = 0;
    Result<AppendResults> last;
    while ((last = append(**store, an_event(stored + 1, 20'000)))) ++stored;
    EXPECT_EQ(last.error().code, Code::exhausted) << last.error().message;
    EXPECT_TRUE((*store)->healthy());
    EXPECT_GT(stored, 10);
    EXPECT_EQ((*store)->events().counts()->total, stored);
    ASSERT_TRUE(disk.resize("size=64m"));
    EXPECT_TRUE(append(**store, an_event(stored + 1, 20'000)));
    EXPECT_EQ((*store)->events().counts()->total, stored + 1);
}

}  // namespace
}  // namespace sloth
