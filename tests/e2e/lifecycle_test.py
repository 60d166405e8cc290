#!/usr/bin/env python3
"""Deaths and endings: a worker's, and the master's by SIGTERM."""

import os
import signal
import time

import harness


class WorkerDeath(harness.Case):
    def kill_a_busy_worker(self):
        def busy():
            return [w["pid"] for w in self.home.status()["workers"] if w["state"] != "idle" or w.get("runs", 0) > 0]

        pids = harness.wait_until(busy, 5, "a worker is busy")
        for pid in pids:
            os.kill(int(pid), signal.SIGKILL)

    def test_a_master_whose_zygote_is_killed_ends_and_the_next_one_goes_on(self):
        self.expected_errors = ("master.fatal", "worker_spawn_failed")
        daemon = self.home.up()
        self.home.add_hook("answer", "question", "return true, '42'")
        with open(f"/proc/{daemon.pid}/task/{daemon.pid}/children", encoding="ascii") as children:
            zygote = int(children.read().split()[0])
        os.kill(zygote, signal.SIGKILL)
        self.assertNotEqual(daemon.wait(20), 0)
        self.assertIn("the process that starts workers is gone", daemon.log())
        self.home.dispatch("question")
        self.home.up()
        self.home.drained(10)
        self.assertEqual(self.home.logs("answer")["success_count"], 1)

    def test_an_exec_that_was_started_is_not_started_again(self):
        self.home.up()
        ledger = os.path.join(self.home.path, "ledger")
        self.home.add_hook("deploy", "deploy.started", f"""
            local first = exec.run("echo first >> {ledger}")
            local slow = exec.run("echo start >> {ledger}; sleep 1.5; echo end >> {ledger}; echo made it")
            return true, first.exit_code .. " " .. slow.stdout""")
        event = self.home.dispatch("deploy.started")
        harness.wait_until(lambda: "start" in harness.read(ledger), 10, "exec has begun")
        self.kill_a_busy_worker()
        self.home.drained(15)
        self.assertEqual(harness.read(ledger).split(), ["first", "start", "end"])
        runs = self.home.json("events", "show", event["id"])["executions"]
        self.assertEqual([run["status"] for run in runs], ["interrupted", "success"], runs)
        self.assertEqual([run["attempt"] for run in runs], [1, 2])
        self.assertEqual(len({run["delivery_id"] for run in runs}), 1)
        self.assertIn("0 made it", runs[1]["output"])
        self.assertEqual([run["status"] for run in self.home.logs("deploy")["executions"]], ["success"])
        self.assertEqual(self.home.logs("deploy", "--all")["total_shown"], 2)

    def test_no_record_is_lost_when_workers_die_under_load(self):
        self.home.up()
        self.home.add_hook("count", "tick", "time.sleep(0.02)\nstate.increment('ticks')\nreturn true")
        self.home.add_hook("report", "report", "return true, tostring(state.get('ticks'))")
        feeder = harness.Feeder(self.home, lambda n: {"type": "tick"}, rate=300)
        for _ in range(4):
            time.sleep(0.5)
            self.kill_a_busy_worker()
        self.assertEqual(feeder.finish(), harness.OK, feeder.errors)
        self.home.drained(30)
        stored = self.home.query("SELECT status, count(*) FROM events WHERE type = 'tick' GROUP BY status")
        self.assertEqual(stored, [("completed", feeder.sent)])
        self.assertEqual(len(feeder.printed), feeder.sent)
        report = self.home.dispatch_and_wait("report")["executions"][0]["output"]
        self.assertEqual(report.strip(), str(feeder.sent))

    def test_a_hook_whose_worker_dies_each_time_has_failed_in_the_end(self):
        self.home.up()
        self.home.add_hook("sleeper", "s", "time.sleep(20)")
        event = self.home.dispatch("s")
        for _ in range(6):
            if self.home.json("events", "get", event["id"])["status"] == "failed":
                break
            self.kill_a_busy_worker()
            time.sleep(0.3)
        shown = self.home.json("events", "show", event["id"])
        self.assertEqual(shown["event"]["status"], "failed", shown)
        self.assertEqual(shown["executions"][-1]["status"], "failed")


class Ending(harness.Case):
    def test_sigterm_under_load_ends_in_time_and_loses_nothing(self):
        daemon = self.home.up()
        self.home.add_hook("count", "tick", "time.sleep(0.05)\nstate.increment('ticks')\nreturn true")
        self.home.add_hook("report", "report", "return true, tostring(state.get('ticks'))")
        feeder = harness.Feeder(self.home, lambda n: {"type": "tick"}, rate=400)
        harness.wait_until(lambda: feeder.sent > 600, 20, "the load is on")
        begin = time.monotonic()
        self.assertEqual(daemon.stop(30), harness.OK, daemon.log())
        took = time.monotonic() - begin
        self.assertLess(took, 30)
        self.assertEqual(feeder.wait(10), harness.UNREACHABLE, feeder.errors)
        self.assertLess(time.monotonic() - begin - took, 3, "the sender noticed late")
        self.assertIn(str(len(feeder.printed)), feeder.errors.replace(",", ""))
        stored = {row[0] for row in self.home.query("SELECT id FROM events WHERE type = 'tick'")}
        self.assertEqual(set(feeder.printed) - stored, set())
        self.home.up()
        self.home.drained(30)
        report = self.home.dispatch_and_wait("report")["executions"][0]["output"]
        self.assertEqual(report.strip(), str(len(stored)))
        print(f"drained in {took:.2f} s; {len(stored)} events, {len(feeder.printed)} of them acknowledged")

    def test_a_second_sigterm_hands_back_at_once(self):
        daemon = self.home.up()
        self.home.add_hook("slow", "slow", "if event.attempt == 1 then time.sleep(20) end\nreturn true")
        event = self.home.dispatch("slow")
        harness.wait_until(lambda: self.home.status()["runs_in_flight"] == 1, 5, "the hook runs")
        daemon.signal(signal.SIGTERM)
        time.sleep(0.7)
        self.assertTrue(daemon.running(), "the first SIGTERM waits for runs")
        begin = time.monotonic()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(5), harness.OK, daemon.log())
        self.assertLess(time.monotonic() - begin, 2)
        self.home.up()
        self.home.drained(10)
        shown = self.home.json("events", "show", event["id"])
        self.assertEqual(shown["event"]["status"], "completed")
        self.assertEqual(shown["executions"][-1]["status"], "success")

    def test_nothing_new_is_accepted_while_draining(self):
        daemon = self.home.up()
        self.home.add_hook("slow", "slow", "time.sleep(2)\nreturn true")
        event = self.home.dispatch("slow")
        harness.wait_until(lambda: self.home.status()["runs_in_flight"] == 1, 5, "the hook runs")
        daemon.signal(signal.SIGTERM)
        time.sleep(0.3)
        refused = self.home.run("events", "dispatch", "late")
        self.assertNotEqual(refused.code, harness.OK, refused)
        self.assertEqual(daemon.wait(10), harness.OK)
        rows = self.home.query("SELECT status FROM events WHERE id = ?", event["id"])
        self.assertEqual(rows, [("completed",)])
        self.assertEqual(self.home.query("SELECT count(*) FROM events WHERE type = 'late'"), [(0,)])


if __name__ == "__main__":
    harness.main()
