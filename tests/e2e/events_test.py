#!/usr/bin/env python3
"""Events: sending, waiting, looking, removing, and the specification's queries on the store."""

import json
import subprocess

import harness


class Sending(harness.Case):
    def test_an_event_is_printed_once_it_is_stored(self):
        self.home.up()
        event = self.home.dispatch("task.failed", {"task": {"task_name": "build"}})
        self.assertEqual(event["type"], "task.failed")
        rows = self.home.query("SELECT type, data FROM events WHERE id = ?", event["id"])
        self.assertEqual(rows, [("task.failed", '{"task": {"task_name": "build"}}')])
        for ref in (event["id"], str(event["seq"]), f"#{event['seq']}", event["id"][:30]):
            self.assertEqual(self.home.json("events", "get", ref)["id"], event["id"], ref)

    def test_data_comes_from_the_command_a_file_or_standard_input(self):
        self.home.up()
        path = self.home.write("data.json", '{"from": "file"}')
        for data, text, expected in (('{"from": "flag"}', None, "flag"), (f"@{path}", None, "file"),
                                     ("-", '{"from": "input"}', "input")):
            event = self.home.json("events", "dispatch", "custom", "--data", data, text=text)
            self.assertEqual(self.home.json("events", "get", event["id"])["data"], {"from": expected})

    def test_an_unknown_name_is_accepted_with_a_hint_when_it_looks_like_a_typo(self):
        self.home.up()
        self.assertIn("task.failed", self.home.ok("events", "dispatch", "task.faild").err)
        self.assertEqual(self.home.ok("events", "dispatch", "custom.deploy").err, "")

    def test_waiting_shows_the_event_in_its_final_state(self):
        self.home.up()
        self.home.add_hook("h", "slow", 'time.sleep(0.3)\nreturn true, "slept"')
        shown = self.home.dispatch_and_wait("slow")
        self.assertEqual(shown["event"]["status"], "completed")
        self.assertIn("slept", shown["executions"][0]["output"])
        late = self.home.run("events", "dispatch", "slow", "--wait", "--timeout", "50ms")
        self.assertEqual(late.code, harness.TIMED_OUT, late)
        text = self.home.ok("events", "show", shown["event"]["id"]).out
        for word in ("Event:", "Type:", "slow", "Status:", "completed", "Created:", "Processed:", "Hook Name", "h"):
            self.assertIn(word, text)

    def test_lines_of_a_file_are_stored_each_by_itself(self):
        self.home.up()
        lines = ['{"type": "a.one", "data": {"n": 1}}', '{"event_type": "a.two", "stack": "s"}', "{oops",
                 '{"type": "a b"}', '{"type": "a.three", "timestamp": "2026-01-02T03:04:05Z"}', "[]"]
        result = self.home.run("events", "dispatch", "--file", "-", "-o", "jsonl", text="\n".join(lines) + "\n")
        self.assertEqual(result.code, harness.FAILED, result)
        printed = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual([line["type"] for line in printed], ["a.one", "a.two", "a.three"])
        refused = [line.split(":")[0] for line in result.err.splitlines() if line.startswith("line ")]
        self.assertEqual(refused, ["line 3", "line 4", "line 6"], result)
        third = self.home.json("events", "get", printed[2]["id"])
        self.assertEqual(third["timestamp"], "2026-01-02T03:04:05Z")
        self.assertEqual(self.home.json("events", "get", printed[1]["id"])["stack"], "s")

    def test_sending_the_same_event_again_adds_nothing(self):
        self.home.up()
        line = '{"type": "a", "data": {"n": 1}, "id": "order-7"}\n'
        for _ in range(2):
            result = self.home.ok("events", "dispatch", "--file", "-", "-o", "jsonl", text=line)
            self.assertEqual(json.loads(result.out)["id"], "order-7")
        other = self.home.run("events", "dispatch", "--file", "-", text='{"type": "b", "id": "order-7"}\n')
        self.assertEqual(other.code, harness.FAILED, other)
        self.assertEqual(self.home.query("SELECT count(*) FROM events WHERE id = 'order-7'"), [(1,)])

    def test_nine_hundred_thousand_bytes_of_data_come_through_unharmed(self):
        self.home.up()
        self.home.add_hook("h", "big", "return true, tostring(#event.data.text)")
        data = json.dumps({"text": "\u00e4" * 450_000}, ensure_ascii=False)
        result = self.home.ok("events", "dispatch", "big", "--data", "-", "--wait", "-o", "json", text=data)
        self.assertIn("900000", result.json()["executions"][0]["output"])


class Looking(harness.Case):
    def test_lists_are_filtered(self):
        self.home.up()
        self.home.add_hook("fails", "a.bad", 'error("x")')
        self.home.dispatch_and_wait("a.good")
        self.home.dispatch_and_wait("a.bad")
        self.home.dispatch_and_wait("b.good", {}, "--stack", "s")

        def types(*flags):
            return [e["type"] for e in self.home.json("events", "list", *flags)["items"] if e["type"][1] == "."]

        self.assertEqual(types(), ["b.good", "a.bad", "a.good"])
        self.assertEqual(types("--type", "a.*"), ["a.bad", "a.good"])
        self.assertEqual(types("--type", "a.bad"), ["a.bad"])
        self.assertEqual(types("--status", "failed"), ["a.bad"])
        self.assertEqual(types("--stack", "s"), ["b.good"])
        self.assertEqual(types("--limit", "1"), ["b.good"])
        self.assertEqual(types("--since", "2h"), ["b.good", "a.bad", "a.good"])
        jsonl = self.home.ok("events", "list", "--type", "a.*", "-o", "jsonl").out.splitlines()
        self.assertEqual([json.loads(line)["type"] for line in jsonl], ["a.bad", "a.good"])

    def test_tail_follows_what_comes(self):
        self.home.up()
        self.home.dispatch("a.before")
        tail = self.home.start("events", "tail", "-f", "--type", "a.*", "-o", "jsonl")
        harness.wait_until(lambda: "a.before" in tail.log(), 5, "tail shows what is there")
        self.home.dispatch("b.other")
        self.home.dispatch("a.after")
        harness.wait_until(lambda: "a.after" in tail.log(), 5, tail.log)
        self.assertNotIn("b.other", tail.log())
        tail.kill()

    def test_the_specifications_queries_are_answered_by_the_sqlite3_tool(self):
        daemon = self.home.up()
        self.home.add_hook("h", "task.*", 'if event.type == "task.failed" then error("x") end')
        event = self.home.dispatch_and_wait("task.failed")["event"]
        self.home.dispatch_and_wait("task.started")

        def sqlite3(sql):
            done = subprocess.run(["sqlite3", "-readonly", f"{self.home.data}/master.db", sql],
                                  capture_output=True, text=True, timeout=10)
            self.assertEqual((done.returncode, done.stderr), (0, ""), sql)
            return done.stdout.strip().splitlines()

        join = ("SELECT e.id, x.hook_name, x.success FROM events e JOIN event_hook_executions x ON x.event_id = e.id "
                "WHERE e.type LIKE 'task.%' ORDER BY x.id")
        for _ in range(2):  # beside a running master, and after it
            self.assertIn(f"{event['id']}|task.failed|failed", sqlite3("SELECT id, type, status FROM events"))
            rows = sqlite3(join)
            self.assertEqual(rows[0], f"{event['id']}|h|0")
            self.assertTrue(rows[1].endswith("|h|1"), rows)
            self.assertEqual(sqlite3("SELECT name, event_type, enabled, run_count FROM hooks"), ["h|task.*|1|2"])
            self.assertEqual(sqlite3("SELECT count(*) FROM event_hook_executions WHERE error LIKE '%x%' "
                                     "AND duration_ms >= 0 AND executed_at > 1700000000000000"), ["1"])
            self.assertEqual(sqlite3("SELECT count(*) FROM events WHERE timestamp > 1700000000000000 AND "
                                     "created_at <= processed_at AND error IS NULL AND type = 'task.started'"), ["1"])
            if daemon.running():
                self.assertEqual(daemon.stop(), harness.OK)
        self.assertEqual(sqlite3("PRAGMA integrity_check"), ["ok"])


class Removing(harness.Case):
    def test_delete_removes_one_event_and_its_runs(self):
        self.home.up()
        self.home.add_hook("h", "a", "return true")
        event = self.home.dispatch_and_wait("a")["event"]
        self.assertNotEqual(self.home.run("events", "delete", event["id"]).code, harness.OK)
        self.home.ok("events", "delete", event["id"], "--yes")
        self.assert_error(harness.NOT_FOUND, event["id"], "events", "get", event["id"])
        self.assert_error(harness.NOT_FOUND, event["id"], "events", "delete", event["id"], "--yes")
        self.assertEqual(self.home.query("SELECT count(*) FROM event_hook_executions"), [(0,)])

    def test_cleanup_says_first_what_it_will_remove_and_leaves_open_events(self):
        self.home.up()
        self.home.add_hook("slow", "slow", "time.sleep(20)")
        for _ in range(3):
            self.home.dispatch_and_wait("a")
        self.home.dispatch("slow")
        refused = self.home.run("events", "cleanup", "--older-than", "0s")
        self.assertEqual(refused.code, harness.USAGE, refused)
        done = self.home.ok("events", "cleanup", "--older-than", "0s", "--yes")
        self.assertRegex(done.err, r"\b5 events\b")  # the three, and what the agent said about itself
        self.assertRegex(done.out, r"\b5\b")
        self.assertEqual([e["type"] for e in self.home.json("events", "list")["items"]], ["slow"])
        self.assertEqual(self.home.ok("events", "cleanup", "--hours", "1", "--yes").code, harness.OK)
        self.home.daemons[0].kill()


if __name__ == "__main__":
    harness.main()
