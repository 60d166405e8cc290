// A watcher of any type on a made-up machine with the real kernel's notices, driven by hand: what
// the agent's loop does, without the agent. One thread.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "base/json.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host.h"
#include "tests/fakes/temp_folder.h"
#include "watch/kernel_notifier.h"
#include "watch/watchers.h"

namespace sloth {

struct WatchBed : testing::Test {
    static constexpr uint64_t kOwner = 7;

    WatcherContext context() { return {notifier, machine, "web-01", kOwner}; }

    // `fields`: the spec as JSON, without its id.
    Result<void> make(Json fields, std::optional<std::string> baseline = {}) {
        fields["id"] = "watcher-1";
        SLOTH_TRY(spec, parse_watcher_spec(dump_json(fields)));
        SLOTH_TRY_VOID(validate(spec));
        watcher.reset();
        SLOTH_TRY(watcher, make_watcher(spec, std::move(baseline), context()));
        return {};
    }
    // Made, and looked for the first time.
    void watch(Json fields) {
        const auto made = make(std::move(fields));
        ASSERT_TRUE(made) << made.error().message;
        look();
    }
    // The agent ends and starts again; the first look is the caller's.
    void restart() {
        std::string baseline = watcher->baseline();
        watcher.reset();
        watcher = *make_watcher(spec, std::move(baseline), context());
    }

    // Looks, as often as the watcher itself wants to go on at once, and accepts: the types of the
    // events, or the error. Where it waits for something to happen, nothing.
    std::vector<std::string> look() {
        sightings.clear();
        gap.clear();
        std::vector<std::string> types;
        for (int i = 0; watcher && i < 10'000; ++i) {
            auto check = watcher->check(clock.mono());
            if (!check) {
                error = check.error();
                again.reset();
                return {"error"};
            }
            again = check->again;
            if (!check->gap.empty()) gap = check->gap;
            save = check->save;
            const bool more = check->again && check->save != Check::Save::no;
            if (!check->again || more) {
                for (Sighting& sighting : check->sightings) {
                    types.push_back(sighting.type);
                    sightings.push_back(std::move(sighting));
                }
                watcher->accept();
            }
            if (!check->again || *check->again > clock.mono()) break;
        }
        return types;
    }
    // The same after this time, as if it were the next look.
    std::vector<std::string> look_after(Micros time) {
        clock.advance(time);
        return look();
    }
    // Delivers what the kernel has told; when the watcher wants to look because of it.
    std::optional<MonoTime> take_notices() {
        std::optional<MonoTime> due;
        for (const Notice& notice : notifier.read()) {
            if (notice.owner != kOwner) continue;
            if (const auto at = watcher->notice(notice, clock.mono())) due = at;
        }
        return due;
    }
    // Waits for the real kernel (at most some seconds) and looks, until there is an event or an
    // error.
    std::vector<std::string> wait_for_event() {
        for (int i = 0; i < 200; ++i) {
            pollfd ready{notifier.fd(), POLLIN, 0};
            ::poll(&ready, 1, 50);
            take_notices();
            clock.advance(1ms);
            const auto types = look();
            if (!types.empty()) return types;
            if (again)
                clock.advance(std::chrono::ceil<Micros>(std::max<MonoTime::duration>(
                    std::min<MonoTime::duration>(*again - clock.mono(), 50ms), 0ns)));
        }
        return {};
    }

    Json data(size_t i = 0) const { return *parse_json(sightings.at(i).data); }

    TempFolder folder;
    FakeClock clock;
    KernelNotifier notifier;
    std::shared_ptr<FakeHost> host = std::make_shared<FakeHost>();
    Machine machine{host, notifier};
    WatcherSpec spec;
    std::unique_ptr<Watcher> watcher;

    std::vector<Sighting> sightings;  // of the last look
    std::string gap;
    std::optional<MonoTime> again;
    Check::Save save = Check::Save::no;
    Error error;
};

}  // namespace sloth
