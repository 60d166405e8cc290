#!/usr/bin/env python3
"""Without a master a command takes the lock and serves itself: it reads and stores, and runs nothing."""

import subprocess
import threading

import harness


class NoMaster(harness.Case):
    def test_what_is_stored_without_a_master_runs_when_one_comes(self):
        self.home.add_hook("h", "later", 'return true, "ran at last"')
        self.assertEqual([h["name"] for h in self.home.json("hook", "list")["items"]], ["h"])
        event = self.home.dispatch("later")
        self.assertEqual(self.home.json("events", "get", event["id"])["status"], "pending")
        self.home.up()
        self.home.drained(10)
        shown = self.home.json("events", "show", event["id"])
        self.assertEqual(shown["event"]["status"], "completed")
        self.assertIn("ran at last", shown["executions"][0]["output"])

    def test_waiting_ends_with_unreachable_and_says_that_nothing_will_run(self):
        result = self.home.run("events", "dispatch", "a", "--wait")
        self.assertEqual(result.code, harness.UNREACHABLE, result)
        self.assertIn("master", result.err)
        self.assertEqual(len(self.home.json("events", "list")["items"]), 1)

    def test_status_and_agents_need_a_master(self):
        self.assert_error(harness.UNREACHABLE, "master", "status")
        self.assert_error(harness.UNREACHABLE, "master", "agent", "watcher", "list", "web-01")

    def test_commands_at_the_same_time_take_turns(self):
        codes = []

        def send():
            done = subprocess.run([harness.BINARY, "events", "dispatch", "a"], env=self.home.env, capture_output=True)
            codes.append(done.returncode)

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(codes, [0] * 6)
        self.assertEqual(len(self.home.json("events", "list")["items"]), 6)

    def test_a_hook_can_be_tried_without_a_master(self):
        self.home.add_hook("h", "a", 'print("tried " .. event.type)')
        self.assertIn("tried a", self.home.ok("hook", "test", "h").out)


if __name__ == "__main__":
    harness.main()
