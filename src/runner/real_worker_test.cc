// The runner with real workers: zygote, lockdown, Lua. The zygote is forked while the test has no
// threads.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <fstream>

#include "runner/zygote_source.h"
#include "tests/fakes/runner_harness.h"

namespace sloth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kHasFilter = false;
#else
constexpr bool kHasFilter = true;
#endif

// Makes a process that waits in a system call do another one, as code that took it over would.
bool make_call(pid_t pid, long number) {
    constexpr int kInstruction = 2;  // bytes of `syscall`, which the process is just behind
    if (::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) != 0) return false;
    int status = 0;
    ::waitpid(pid, &status, 0);
    user_regs_struct registers{};
    ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
    const bool waits = static_cast<long>(registers.orig_rax) >= 0;
    if (waits) {
        registers.rip -= kInstruction;
        registers.rax = static_cast<unsigned long>(number);
        registers.orig_rax = ~0UL;
        registers.rdi = registers.rsi = registers.rdx = 0;
        ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
    }
    ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return waits;
}

class RealWorkerTest : public testing::Test {
 protected:
    static std::string body(const std::string& lua) {
        return "function on_event(event)\n" + lua + "\nend";
    }
    RunOutcome run(const std::string& lua, Micros timeout = 20s) {
        return harness_.final(harness_.start(body(lua), timeout));
    }
    std::string file(const std::string& name) {
        const std::string path = testing::TempDir() + name + std::to_string(::getpid());
        std::ofstream(path).close();
        return path;
    }
    static std::string read(const std::string& path) {
        std::ifstream in(path);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    // The worker that holds `live` runs (and is in this state), once there is one.
    pid_t worker_with(size_t live, std::optional<WorkerState> state = {}) {
        pid_t pid = 0;
        EXPECT_TRUE(harness_.until([&](const auto& all) {
            for (const WorkerStatus& worker : all) {
                if (worker.live_runs == live && worker.state == state.value_or(worker.state))
                    pid = worker.pid;
            }
            return pid != 0;
        }));
        return pid;
    }

    std::unique_ptr<Zygote> zygote_ = *Zygote::start();
    ZygoteSource source_{*zygote_, {}};
    RunnerHarness harness_{source_, RunnerHarness::options(2)};
    EffectStore& store_ = harness_.store;
};

TEST_F(RealWorkerTest, runs_hooks) {
    const RunOutcome ok = run("print('hello', event.type) return true, 'fine'");
    EXPECT_EQ(ok.status, RunStatus::success) << ok.error;
    EXPECT_THAT(ok.output, HasSubstr("hello\tcustom.test"));
    const RunOutcome bad = run("error('boom')");
    EXPECT_EQ(bad.status, RunStatus::failed);
    EXPECT_THAT(bad.error, HasSubstr("hook-2.lua:2: boom"));
}

TEST_F(RealWorkerTest, does_the_effects_of_scripts) {
    const RunOutcome outcome =
        run("local r = exec.run('echo hi; exit 4')\n"
            "state.set('a', {n = 1})\n"
            "local n = state.increment('n', 2)\n"
            "local ok, id = event.dispatch('custom.next', {x = 1})\n"
            "return true, r.stdout .. r.exit_code .. state.get('a').n .. n .. tostring(ok)");
    EXPECT_EQ(outcome.status, RunStatus::success) << outcome.error;
    EXPECT_EQ(outcome.output, "hi\n412true");
    EXPECT_EQ(store_.copy().dispatched.size(), 1u);
}

// What a library reads from files at its first use would end a worker here.
TEST_F(RealWorkerTest, every_module_that_computes_works_behind_the_lockdown) {
    const RunOutcome outcome = run(
        "local out = {}\n"
        "for _, f in ipairs({'md5', 'sha1', 'sha256', 'sha512'}) do\n"
        "  out[#out + 1] = #crypto[f]('x') .. '.' .. #crypto.hash(f, 'x') .. '.' ..\n"
        "                  #crypto.hmac(f, 'k', 'x')\n"
        "end\n"
        "local key = crypto.random_bytes(32)\n"
        "out[#out + 1] = crypto.aes_decrypt(key, crypto.aes_encrypt(key, 'sealed'))\n"
        "out[#out + 1] = #crypto.uuid() + #crypto.uuid_v7() + #crypto.random_string(10, 'ab')\n"
        "out[#out + 1] = #crypto.generate_password(20)\n"
        "out[#out + 1] = tostring(key ~= crypto.random_bytes(32))\n"
        "out[#out + 1] = crypto.base64_decode(crypto.base64_encode('b')) .. "
        "crypto.hex_decode('63')\n"
        "out[#out + 1] = yaml.decode(yaml.encode({a = {1, 'x'}})).a[2]\n"
        "out[#out + 1] = template.render('{{range .}}{{printf \"%.1f\" .}} {{end}}', {1, 2})\n"
        "out[#out + 1] = regex.replace('(?i)[\\\\pL]+', 'Ab1', '<$0>')\n"
        "out[#out + 1] = time.format(0, '%F', 'UTC') .. time.format(0, '2006', 'local'):sub(1, 2)\n"
        "out[#out + 1] = tostring(time.parse('%F %T', '2026-01-09 00:00:00', 'local') ~= nil)\n"
        "return true, table.concat(out, ' ')");
    EXPECT_EQ(outcome.status, RunStatus::success) << outcome.error;
    EXPECT_EQ(outcome.output,
              "32.32.32 40.40.40 64.64.64 128.128.128 sealed 82 20 true bc x 1.0 2.0  <Ab>1 "
              "1970-01-0119 true");
}

TEST_F(RealWorkerTest, hashes_passwords_and_knows_zones_in_the_broker) {
    const RunOutcome outcome =
        run("local hash = crypto.bcrypt_hash('pa\\xffss', 10)\n"
            "local scrypt = crypto.scrypt_hash('pa\\0ss', 14)\n"
            "print(crypto.bcrypt_check('pa\\xffss', hash), crypto.bcrypt_check('pass', hash))\n"
            "print(crypto.scrypt_check('pa\\0ss', scrypt), crypto.scrypt_check('pass', scrypt))\n"
            "print(crypto.bcrypt_check('x', 'y'))\n"
            "print(time.format(1763900000, '2006-01-02 15:04 MST', 'America/New_York'))\n"
            "print(time.parse('%F %R', '2026-03-29 02:30', 'Europe/Berlin'))\n"
            "print(time.in_location(0, 'Asia/Tokyo').hour, time.hour(0, 'Mars/Phobos'))\n");
    EXPECT_EQ(outcome.status, RunStatus::success) << outcome.error;
    EXPECT_THAT(outcome.output,
                StartsWith("true\tfalse\ntrue\tfalse\nnil\tthis is no bcrypt hash\n"
                           "2025-11-23 07:13 EST\n1774747800\tgap\n9\tnil\tthere is no time zone"));
}

TEST_F(RealWorkerTest, keeps_thousands_of_sleeping_runs) {
    const auto hook = harness_.hook(body("time.sleep(0.5) return true"));
    std::vector<RunRequest> requests;
    for (int i = 0; i < 2000; ++i) requests.push_back(harness_.request(hook));
    harness_.runner().start(std::move(requests));
    const auto all = harness_.wait(2000);
    ASSERT_EQ(all.size(), 2000u);
    for (const RunOutcome& outcome : all) EXPECT_EQ(outcome.status, RunStatus::success);
}

TEST_F(RealWorkerTest, reruns_the_runs_of_a_killed_worker_and_starts_no_command_twice) {
    const std::string log = file("killed");
    const RunId run = harness_.start(
        body("local n = state.increment('n') local r = exec.run('echo x >> " + log +
             "; sleep 1; echo done') return true, r.stdout .. n .. state.increment('n')"));
    EXPECT_TRUE(harness_.until([&](const auto&) { return read(log) == "x\n"; }));
    ASSERT_EQ(::kill(worker_with(1), SIGKILL), 0);
    const RunOutcome outcome = harness_.final(run);
    EXPECT_EQ(outcome.status, RunStatus::success) << outcome.error;
    EXPECT_EQ(outcome.attempt, 2);
    EXPECT_EQ(outcome.output, "done\n12");
    EXPECT_EQ(read(log), "x\n");
    EXPECT_EQ(harness_.all()[0].error, "worker process was killed by signal 9 (SIGKILL)");
}

TEST_F(RealWorkerTest, a_worker_that_was_taken_over_ends_and_its_run_says_so) {
    if (!kHasFilter) GTEST_SKIP() << "sanitizer builds have no system-call filter";
    const RunId run = harness_.start(body("time.sleep(60)"));
    constexpr long kForbidden[] = {SYS_openat, SYS_socket, SYS_execve, SYS_io_uring_setup};
    for (const long call : kForbidden) {
        const pid_t pid = worker_with(1, WorkerState::idle);
        EXPECT_THAT(read("/proc/" + std::to_string(pid) + "/status"),
                    AllOf(HasSubstr("NoNewPrivs:\t1"), HasSubstr("Seccomp:\t2")));
        if (!make_call(pid, call)) GTEST_SKIP() << "no right to take over a process here";
        EXPECT_TRUE(harness_.until([&](const auto& all) {
            return std::ranges::none_of(all, [&](const auto& each) { return each.pid == pid; });
        }));
    }
    const RunOutcome outcome = harness_.final(run);
    EXPECT_EQ(outcome.status, RunStatus::failed);
    EXPECT_EQ(outcome.error,
              "its worker process died 4 times: worker process was killed by signal 31 (SIGSYS)");
    EXPECT_EQ(RealWorkerTest::run("return true, 'next'").output, "next");
}

TEST_F(RealWorkerTest, a_pattern_bomb_harms_nobody_else) {
    const RunId bomb = harness_.start(
        body("return string.find(string.rep('a', 40), string.rep('a?', 40) .. string.rep('a', 40))"
             ", string.find(string.rep('a', 5000), '.-.-.-.-b')"),
        1s);
    std::vector<RunId> neighbours;
    const auto hook = harness_.hook(body("time.sleep(0.1) return true, 'well'"), 5s);
    for (int i = 0; i < 200; ++i) neighbours.push_back(harness_.start(hook));
    for (const RunId neighbour : neighbours) {
        const RunOutcome outcome = harness_.final(neighbour);
        EXPECT_EQ(outcome.status, RunStatus::success) << outcome.error;
        EXPECT_EQ(outcome.attempt, 1);
    }
    const RunOutcome outcome = harness_.final(bomb);
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    EXPECT_THAT(outcome.error, StartsWith("timed out after 1s"));
    EXPECT_LT(outcome.duration, 1s + 500ms);
    EXPECT_EQ(harness_.all().size(), 201u);
}

TEST_F(RealWorkerTest, ends_loops_and_waits_at_their_limit) {
    const RunOutcome loop = run("while true do end", 200ms);
    EXPECT_EQ(loop.status, RunStatus::timeout);
    EXPECT_THAT(loop.error, StartsWith("timed out after 200ms"));
    EXPECT_EQ(run("while true do pcall(function() while true do end end) end", 200ms).status,
              RunStatus::timeout);
    EXPECT_EQ(run("time.sleep(100)", 200ms).error, "timed out after 200ms");
    EXPECT_EQ(run("exec.run('sleep 100')", 200ms).error,
              "timed out after 200ms; outcome unknown: exec.run \"sleep 100\"");
}

TEST_F(RealWorkerTest, does_not_wait_for_grandchildren) {
    const RunOutcome outcome =
        run("return true, exec.run('(sleep 30 &) ; echo started').stdout", 5s);
    EXPECT_EQ(outcome.status, RunStatus::success) << outcome.error;
    EXPECT_THAT(outcome.output, StartsWith("[WARN] exec.run: the command left 1 of its processes"));
    EXPECT_THAT(outcome.output, testing::EndsWith("\nstarted\n"));
}

TEST_F(RealWorkerTest, loads_metadata_and_says_where_a_script_is_wrong) {
    const auto good = harness_.load("hook = {name = 'x'}\nfunction on_event() end");
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_THAT(*good, HasSubstr("on_event"));
    const auto bad = harness_.load("function on_event(");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, Code::invalid);
    EXPECT_THAT(bad.error().message, HasSubstr("x.lua:1:"));
    const auto endless = harness_.load("while true do end");
    ASSERT_FALSE(endless);
    EXPECT_THAT(endless.error().message, HasSubstr("x.lua"));
}

TEST_F(RealWorkerTest, rides_out_a_stopped_worker) {
    const RunId sleeper = harness_.start(body("time.sleep(0.2) return true, 'awake'"));
    ASSERT_EQ(::kill(worker_with(1, WorkerState::idle), SIGSTOP), 0);  // asleep, in no slice
    const RunOutcome outcome = harness_.final(sleeper);
    EXPECT_EQ(outcome.output, "awake");
    EXPECT_EQ(outcome.attempt, 1);
    EXPECT_EQ(run("return true, 'next'").output, "next");
}

TEST_F(RealWorkerTest, hands_back_and_goes_on_in_the_next_runner) {
    const std::string log = file("drain");
    const auto hook = harness_.hook(body("local r = exec.run('echo x >> " + log +
                                         "; echo one') time.sleep(60) return true, 'no'"));
    const RunRequest request = harness_.request(hook);
    harness_.runner().start({request});
    EXPECT_TRUE(harness_.until([&](const auto&) { return read(log) == "x\n"; }));
    harness_.runner().hand_back();
    EXPECT_TRUE(harness_.final(request.run).handed_back);
}

}  // namespace
}  // namespace sloth
