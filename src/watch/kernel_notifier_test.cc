#include "watch/kernel_notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <thread>

#include "tests/fakes/temp_folder.h"
#include "watch/background.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Pipe {
    Pipe() { EXPECT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0); }
    ~Pipe() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    void write() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }

    int ends[2];
};

TEST(KernelNotifierTest, tells_the_owner_while_its_descriptor_is_ready) {
    KernelNotifier notifier;
    const Pipe pipe;
    ASSERT_TRUE(notifier.attach(pipe.ends[0], POLLIN, 7));
    EXPECT_THAT(notifier.read(), IsEmpty());
    pipe.write();
    pollfd ready{notifier.fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&ready, 1, 1000), 1) << "one descriptor stands for all";
    const Notice notice{7, pipe.ends[0], Notice::Kind::ready, {}};
    EXPECT_THAT(notifier.read(), ElementsAre(notice));
    EXPECT_THAT(notifier.read(), ElementsAre(notice));
    notifier.detach(pipe.ends[0]);
    EXPECT_THAT(notifier.read(), IsEmpty());
}

struct Source final : NoticeSource {
    explicit Source(int fd) : fd(fd) {}
    void read(std::vector<Notice>& notices) override {
        char c = 0;
        while (::read(fd, &c, 1) == 1) notices.push_back({9, -1, Notice::Kind::ready, {}});
    }
    int fd;
};

TEST(KernelNotifierTest, lets_a_source_say_whom_it_concerns) {
    KernelNotifier notifier;
    const Pipe pipe;
    Source source(pipe.ends[0]);
    ASSERT_TRUE(notifier.attach(pipe.ends[0], POLLIN, source));
    pipe.write();
    pipe.write();
    EXPECT_THAT(notifier.read(), SizeIs(2));
    EXPECT_THAT(notifier.read(), IsEmpty());
}

TEST(KernelNotifierTest, tells_of_paths_beside_descriptors) {
    KernelNotifier notifier;
    TempFolder folder;
    const auto watch = notifier.add(folder.path().string(), Notifier::Scope::contents, 3);
    ASSERT_TRUE(watch);
    folder.write("a", "1");
    const auto notices = notifier.read();
    ASSERT_FALSE(notices.empty());
    EXPECT_EQ(notices.front().owner, 3u);
    EXPECT_EQ(notices.front().name, "a");
}

TEST(BackgroundTest, tells_its_owner_that_the_work_is_done) {
    KernelNotifier notifier;
    Background background(notifier);
    const auto answer = background.ask<int>(7, [] { return 42; });
    pollfd ready{notifier.fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&ready, 1, 5000), 1);
    EXPECT_THAT(notifier.read(), ElementsAre(Notice{7, -1, Notice::Kind::ready, {}}));
    EXPECT_EQ(answer->take(), 42);
    EXPECT_FALSE(answer->take());
}

TEST(BackgroundTest, may_go_while_work_hangs) {
    KernelNotifier notifier;
    const Pipe pipe;
    pollfd wait{pipe.ends[0], POLLIN, 0};
    auto begun = std::make_shared<Answer<int>>();
    auto done = std::make_shared<Answer<int>>();
    {
        Background background(notifier);
        for (int i = 0; i < 10; ++i) {
            (void)background.ask<int>(7, [wait, begun, done]() mutable {
                begun->put(1);
                ::poll(&wait, 1, 10'000);
                done->put(1);
                return 0;
            });
        }
        while (!begun->take()) std::this_thread::yield();  // what has not begun is dropped
    }
    pipe.write();
    while (!done->take()) std::this_thread::yield();
    EXPECT_THAT(notifier.read(), IsEmpty());
}

}  // namespace
}  // namespace sloth
