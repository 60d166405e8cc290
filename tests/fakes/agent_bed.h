// A whole agent on real files and the real kernel's notices, with a store in memory, a master
// played by the test and a clock moved by hand. One thread.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/agent.h"
#include "base/json.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host.h"
#include "tests/fakes/fake_uplink.h"
#include "tests/fakes/memory_watcher_store.h"
#include "tests/fakes/temp_folder.h"
#include "watch/kernel_notifier.h"

namespace sloth {

class SeededRandom final : public Random {
 public:
    uint64_t next() override { return next_ += 0x9e3779b97f4a7c15; }

 private:
    uint64_t next_ = 1;
};

// Tells of an overflow to whom it concerns when the test wants it.
class OverflowingNotifier final : public Notifier {
 public:
    Result<int> add(const std::string& path, Scope scope, uint64_t owner) override {
        return real_.add(path, scope, owner);
    }
    void remove(int watch, uint64_t owner) override { real_.remove(watch, owner); }
    Result<void> attach(int fd, short events, uint64_t owner) override {
        return real_.attach(fd, events, owner);
    }
    Result<void> attach(int fd, short events, NoticeSource& source) override {
        return real_.attach(fd, events, source);
    }
    void detach(int fd) override { real_.detach(fd); }
    std::vector<Notice> read() override {
        std::vector<Notice> notices = real_.read();
        for (const uint64_t owner : std::exchange(overflowed, {})) {
            notices.push_back({owner, -1, Notice::Kind::overflow, {}});
        }
        return notices;
    }
    int fd() const override { return real_.fd(); }

    std::vector<uint64_t> overflowed;  // owners: 1 is the first watcher

 private:
    KernelNotifier real_;
};

struct AgentBed : testing::Test {
    using Kind = UplinkRequest::Kind;

    AgentBed() { restart(); }

    void restart(LocalAgent::Options options = {}) {
        agent.reset();
        uplink.batches.clear();
        options.self = {.name = "web-01", .version = "1"};
        agent = std::make_unique<LocalAgent>(
            options, LocalAgent::Parts{store, notifier, machine, uplink, clock, random, log});
        ASSERT_TRUE(agent->load());
    }
    MonoTime step() {
        const auto next = agent->step();
        EXPECT_TRUE(next) << next.error().message;
        return next.value_or(clock.mono());
    }
    // Steps from timer to timer for this long.
    void run_for(Micros time) {
        const MonoTime end = clock.mono() + time;
        while (true) {
            const MonoTime next = std::max(step(), clock.mono() + Micros(1));
            if (next > end) break;
            clock.advance(std::chrono::ceil<Micros>(next - clock.mono()));
        }
        clock.advance(std::chrono::ceil<Micros>(end - clock.mono()));
        step();
    }
    void connect(uint64_t stored = 0) {
        step();
        uplink.say(UplinkWelcome{stored});
        step();
    }
    void ack() {
        uplink.say(UplinkAck{uplink.batches.back().back().sequence});
        step();
    }
    Result<Json> ask(Kind kind, const std::string& id = "", const Json& spec = {}) {
        uplink.say(UplinkRequest{++asked, kind, id, dump_json(spec)});
        step();
        EXPECT_EQ(uplink.replies.back().request, asked);
        SLOTH_TRY(const std::string text, uplink.replies.back().result);
        return parse_json(text);
    }
    // What a master would send to have a file watched.
    Json spec_of(const std::string& name, const std::string& id, int64_t revision = 1) {
        return {{"id", id},
                {"revision", revision},
                {"type", "file"},
                {"path", folder.path(name)},
                {"conditions", {"created", "changed", "deleted"}}};
    }
    std::string watch(const std::string& name) {
        const std::string id = "watcher-" + std::to_string(++watched);
        const auto made = ask(Kind::watcher_put, "", spec_of(name, id));
        EXPECT_TRUE(made) << made.error().message;
        return id;
    }
    WatcherRecord record(const std::string& id) {
        const auto answer = ask(Kind::watcher_verify, id);
        EXPECT_TRUE(answer) << answer.error().message;
        if (!answer) return {};
        return parse_watcher_record(dump_json(*answer)).value_or(WatcherRecord{});
    }
    static Json data(const OutboxEntry& entry) { return *parse_json(entry.event.data); }
    std::vector<std::string> types() const {
        std::vector<std::string> all;
        for (const OutboxEntry& entry : store.outbox) all.push_back(entry.event.type);
        return all;
    }

    TempFolder folder;
    MemoryWatcherStore store;
    OverflowingNotifier notifier;
    std::shared_ptr<FakeHost> host = std::make_shared<FakeHost>();
    Machine machine{host, notifier};
    FakeUplink uplink;
    FakeClock clock;
    SeededRandom random;
    Log log{{.level = LogLevel::error}};
    std::unique_ptr<LocalAgent> agent;
    uint64_t asked = 0;
    int watched = 0;
};

}  // namespace sloth
