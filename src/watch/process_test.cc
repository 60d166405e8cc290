#include "watch/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/fakes/watch_bed.h"
#include "watch/linux_host.h"

namespace sloth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ProcessReading process(int pid, std::string name, std::string command = "", uint32_t uid = 0) {
    ProcessReading reading{.pid = pid,
                           .uid = uid,
                           .started = uint64_t(pid),
                           .name = std::move(name),
                           .command = std::move(command)};
    reading.program = std::min(reading.command.find(' '), reading.command.size());
    return reading;
}

struct ProcessWatcherTest : WatchBed {
    std::vector<std::string> with(std::vector<ProcessReading> processes) {
        host->processes_ = std::move(processes);
        return look_after(5s);
    }
    void watch_nginx(Json more = Json::object()) {
        Json fields{{"type", "process"}, {"name", "nginx"}, {"conditions", {"started", "stopped"}}};
        fields.update(more);
        watch(fields);
    }
};

TEST_F(ProcessWatcherTest, tells_when_the_first_one_starts_and_the_last_one_ends) {
    watch_nginx();
    EXPECT_THAT(with({process(10, "nginx", "/usr/sbin/nginx -g x")}),
                ElementsAre("process.started"));
    EXPECT_EQ(data()["process"], "nginx");
    EXPECT_EQ(data()["pid"], 10);
    EXPECT_EQ(data()["command"], "/usr/sbin/nginx -g x");
    EXPECT_THAT(with({process(10, "nginx"), process(11, "nginx")}), IsEmpty());
    EXPECT_THAT(with({process(11, "nginx")}), IsEmpty());
    EXPECT_THAT(with({}), ElementsAre("process.stopped"));
    EXPECT_EQ(data()["exit"], "unknown");
    EXPECT_EQ(data()["watcher_id"], "watcher-1");
}

TEST_F(ProcessWatcherTest, takes_what_runs_at_the_first_look_for_given) {
    host->processes_ = {process(10, "nginx")};
    watch_nginx();
    EXPECT_THAT(sightings, IsEmpty());
    EXPECT_THAT(with({}), ElementsAre("process.stopped"));
}

TEST_F(ProcessWatcherTest, finds_processes_by_what_people_call_them) {
    const auto matches = [&](Json fields, const ProcessReading& reading) {
        fields.update({{"id", "w"}, {"type", "process"}, {"conditions", {"stopped"}}});
        const auto filter = ProcessFilter::make(*parse_watcher_spec(dump_json(fields)), *host);
        EXPECT_TRUE(filter) << filter.error().message;
        return filter && filter->matches(reading);
    };
    const auto java = process(5, "java", "/usr/bin/java -jar app.jar --port 80", 33);
    EXPECT_TRUE(matches({{"name", "java"}}, java));
    EXPECT_FALSE(matches({{"name", "jav"}}, java));
    EXPECT_TRUE(matches({{"pattern", "app\\.jar"}}, java));
    EXPECT_TRUE(matches({{"pattern", "java -jar"}, {"fixed", true}, {"user", "www"}}, java));
    EXPECT_FALSE(matches({{"pattern", "app"}, {"user", "root"}}, java));
    EXPECT_TRUE(matches({{"user", "33"}}, java));
    EXPECT_TRUE(matches({{"pid", 5}}, java));
    EXPECT_FALSE(matches({{"pid", 6}}, java));
    EXPECT_TRUE(matches({{"name", "a_name_of_over_15_bytes"}},
                        process(6, "a_name_of_over_", "/opt/a_name_of_over_15_bytes")));
    EXPECT_TRUE(matches({{"name", "nginx"}}, process(7, "x", "nginx: worker process")));
    EXPECT_TRUE(matches({{"name", "bash"}}, process(8, "x", "-bash")));
}

TEST_F(ProcessWatcherTest, refuses_a_bad_pattern_and_an_unknown_user) {
    const auto refusal = [&](Json fields) {
        fields.update({{"id", "w"}, {"type", "process"}, {"conditions", {"stopped"}}});
        return probe(*parse_watcher_spec(dump_json(fields)), context()).error().message;
    };
    EXPECT_THAT(refusal({{"pattern", "a(b"}}), testing::HasSubstr("a(b"));
    EXPECT_THAT(refusal({{"user", "nobody-here"}}), testing::HasSubstr("nobody-here"));
}

TEST_F(ProcessWatcherTest, tells_what_happened_while_the_agent_was_down_as_inferred) {
    host->processes_ = {process(10, "nginx")};
    watch_nginx();
    restart();
    EXPECT_THAT(with({process(20, "nginx")}), ElementsAre("process.stopped", "process.started"));
    EXPECT_TRUE(sightings[0].inferred);
    restart();
    EXPECT_THAT(with({process(20, "nginx")}), IsEmpty());
    const std::string baseline = watcher->baseline();
    host->boot_ = "boot-2";
    watcher.reset();
    watcher = *make_watcher(spec, baseline, context());
    EXPECT_THAT(look(), ElementsAre("process.stopped", "process.started"))
        << "after a reboot the same number and time are another process";
}

TEST_F(ProcessWatcherTest, tells_when_they_use_too_much_together) {
    watch_nginx({{"conditions", {"above"}}, {"threshold", 150}, {"metric", "cpu"}});
    auto one = process(10, "nginx");
    auto two = process(11, "nginx");
    EXPECT_THAT(with({one, two}), IsEmpty());
    one.cpu += 400;  // ticks of 10 ms in 5 s: 80 %
    two.cpu += 400;
    EXPECT_THAT(with({one, two}), ElementsAre("process.cpu_high"));
    EXPECT_EQ(data()["cpu_percent"], 160);
    EXPECT_EQ(data()["count"], 2);
    EXPECT_THAT(with({one, two}), ElementsAre("process.cpu_normal"));

    host->memory_.total = 1000 << 20;
    watch_nginx({{"conditions", {"above"}}, {"threshold", "300M"}, {"metric", "rss"}});
    one.rss = 301 << 20;
    EXPECT_THAT(with({one}), ElementsAre("process.memory_high"));
    EXPECT_EQ(data()["rss_bytes"], 301 << 20);
    EXPECT_THAT(with({}), ElementsAre("process.memory_normal"));
    watch_nginx({{"conditions", {"above"}}, {"threshold", 30}, {"metric", "memory"}});
    EXPECT_THAT(with({one}), ElementsAre("process.memory_high"));
    EXPECT_EQ(data()["memory_percent"], 30.1);
}

TEST_F(ProcessWatcherTest, walks_once_for_all_watchers_of_a_pass) {
    watch_nginx();
    auto other = *make_watcher(spec, {}, {notifier, machine, "web-01", 8});
    clock.advance(5s);
    const int before = host->walks;
    ASSERT_TRUE(watcher->check(clock.mono()));
    ASSERT_TRUE(other->check(clock.mono()));
    EXPECT_EQ(host->walks, before + 1);
}

// A child that waits to be told how to end.
struct Child {
    Child() {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        pid = ::fork();
        if (pid == 0) {
            char how = 0;
            ::close(ends[1]);
            (void)!::read(ends[0], &how, 1);
            ::execl("/bin/sh", "sh", "-c", how == 's' ? "kill -SEGV $$" : "exit 3", nullptr);
            ::_exit(127);
        }
        ::close(ends[0]);
        order = ends[1];
    }
    ~Child() {
        ::close(order);
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
    void end(char how) { EXPECT_EQ(::write(order, &how, 1), 1); }

    int pid = -1;
    int order = -1;
};

struct RealProcessTest : WatchBed {
    RealProcessTest() { real = std::make_unique<Machine>(std::make_shared<LinuxHost>(), notifier); }
    void watch_pid(int pid, std::vector<std::string> conditions) {
        spec = *parse_watcher_spec(dump_json(Json{
            {"id", "watcher-1"}, {"type", "process"}, {"pid", pid}, {"conditions", conditions}}));
        watcher = *make_watcher(spec, {}, {notifier, *real, "web-01", kOwner});
        look();
    }
    std::unique_ptr<Machine> real;
};

TEST_F(RealProcessTest, is_told_at_once_by_the_kernel_how_a_process_ended) {
    Child child;
    watch_pid(child.pid, {"stopped", "crashed"});
    const bool knows_how = real->process_news().works();
    child.end('s');
    const auto types = wait_for_event();
    if (knows_how) {
        EXPECT_THAT(types, ElementsAre("process.crashed", "process.stopped"));
        EXPECT_EQ(data()["signal"], SIGSEGV);
        EXPECT_EQ(data()["signal_name"], "SIGSEGV");
        EXPECT_EQ(data()["exit"], "killed");
    } else {
        EXPECT_THAT(types, ElementsAre("process.stopped"));
        EXPECT_EQ(data()["exit"], "unknown");
    }
    watcher.reset();
}

TEST_F(RealProcessTest, tells_the_exit_code) {
    Child child;
    watch_pid(child.pid, {"crashed", "stopped"});
    if (!real->process_news().works()) GTEST_SKIP() << real->process_news().why_not();
    child.end('x');
    EXPECT_THAT(wait_for_event(), ElementsAre("process.crashed", "process.stopped"));
    EXPECT_EQ(data()["exit"], "exited");
    EXPECT_EQ(data()["exit_code"], 3);
    watcher.reset();
}

}  // namespace
}  // namespace sloth
