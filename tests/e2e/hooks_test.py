#!/usr/bin/env python3
"""Hooks: the three forms, how a failure is recorded, what an edit of the file does."""

import os
import time

import harness

FORM_A = """
function on_event()
    log.info("A got " .. event.type)
    return true
end
"""
FORM_B = """
return {
    name = "form_b",
    description = "The second form",
    event_types = {"form.b", "form.other"},
    execute = function(event)
        log.info("B got " .. event.data.n)
    end,
}
"""
FORM_C = """
local hook = {name = "form_c", event_type = "form.c", stack = "production", timeout = "2s", memory = "8MiB"}
function hook.execute(event)
    print("C got", event.data.n)
    return true, "done with " .. event.data.n
end
return hook
"""


class Forms(harness.Case):
    def test_the_three_forms_are_registered_and_run(self):
        self.home.up()
        self.home.ok("hook", "add", "form_a", "--file", self.home.write("a.lua", FORM_A), "--event", "form.a")
        self.home.ok("hook", "add", self.home.write("b.lua", FORM_B))
        self.home.ok("hook", "add", self.home.write("c.lua", FORM_C))
        for form, flags in (("a", []), ("b", []), ("c", ["--stack", "production"])):
            shown = self.home.dispatch_and_wait(f"form.{form}", {"n": 7}, *flags)
            self.assertEqual(shown["event"]["status"], "completed", shown)
            self.assertEqual([run["hook_name"] for run in shown["executions"]], [f"form_{form}"])
        outputs = {form: self.home.logs(f"form_{form}", "--output")["executions"][0]["output"] for form in "abc"}
        self.assertIn("A got form.a", outputs["a"])
        self.assertIn("B got 7", outputs["b"])
        self.assertIn("C got\t7", outputs["c"])
        self.assertIn("done with 7", outputs["c"])

    def test_metadata_becomes_the_hooks_fields_and_flags_override_it(self):
        self.home.up()
        self.home.ok("hook", "add", self.home.write("b.lua", FORM_B))
        b = self.home.json("hook", "get", "form_b")
        self.assertEqual(b["event_type"], "form.b")
        self.assertEqual(b["event_types"], ["form.b", "form.other"])
        self.assertEqual(b["description"], "The second form")
        self.assertTrue(b["enabled"])
        self.home.ok("hook", "add", self.home.write("c.lua", FORM_C), "--name", "mine", "--event", "x.*,y",
                     "--stack", "staging", "--timeout", "5s", "--disabled")
        mine = self.home.json("hook", "get", "mine")
        self.assertEqual((mine["event_types"], mine["stack"], mine["timeout"], mine["enabled"], mine["memory"]),
                         (["x.*", "y"], "staging", "5s", False, 8 << 20))

    def test_a_stack_sees_only_its_own_events(self):
        self.home.up()
        self.home.ok("hook", "add", self.home.write("c.lua", FORM_C))
        for flags, data in ((["--stack", "staging"], {"n": 1}), ([], {"n": 1})):
            self.assertEqual(self.home.dispatch_and_wait("form.c", data, *flags)["executions"], [])
        shown = self.home.dispatch_and_wait("form.c", {"n": 1, "stack": "production"})
        self.assertEqual(len(shown["executions"]), 1)

    def test_the_log_has_the_contracts_json(self):
        self.home.up()
        self.home.add_hook("h", "t.*", 'if event.data.bad then error("no") end print("out")')
        ok = self.home.dispatch_and_wait("t.ok")["event"]
        self.home.dispatch_and_wait("t.bad", {"bad": True})
        logs = self.home.logs("h", "--output", "--error")
        self.assertEqual({k: logs[k] for k in ("hook", "total_shown", "success_count", "failed_count")},
                         {"hook": "h", "total_shown": 2, "success_count": 1, "failed_count": 1})
        run = logs["executions"][1]
        self.assertEqual((run["hook_name"], run["event_id"], run["event_type"], run["success"], run["status"]),
                         ("h", ok["id"], "t.ok", True, "success"))
        self.assertEqual(run["attempt"], 1)
        self.assertIsInstance(run["duration_ms"], int)
        self.assertRegex(run["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        self.assertEqual(run["hook_id"], self.home.json("hook", "get", "h")["id"])
        # The filter comes before the limit: the newest run is a success, the only failure is found behind it.
        self.home.dispatch_and_wait("t.ok")
        failed = self.home.logs("h", "--only-failed", "--limit", "1", "--error")
        self.assertEqual([e["event_type"] for e in failed["executions"]], ["t.bad"])


class Failures(harness.Case):
    def test_a_hook_that_raises_leaves_a_row_with_file_and_line(self):
        self.home.up()
        self.home.add_hook("raises", "r", 'local x = 1\nerror("no disk")')
        shown = self.home.dispatch_and_wait("r")
        self.assertEqual(shown["event"]["status"], "failed")
        run = shown["executions"][0]
        self.assertEqual((run["status"], run["success"]), ("failed", False))
        self.assertIn("raises.lua:3: no disk", run["error"])
        self.assertIn("raises", shown["event"]["error"])

    def test_false_and_a_reason_is_a_failure_with_that_reason(self):
        self.home.up()
        self.home.add_hook("says_no", "n", 'print("trying")\nreturn false, "why not"')
        shown = self.home.dispatch_and_wait("n")
        run = shown["executions"][0]
        self.assertEqual(run["status"], "failed")
        self.assertIn("why not", run["error"])
        self.assertIn("trying", run["output"])
        self.assertEqual(self.home.run("events", "dispatch", "n", "--wait").code, harness.HOOK_FAILED)

    def test_a_failing_hook_does_not_keep_others_from_running(self):
        self.home.up()
        self.home.add_hook("bad", "t", 'error({code = 7})')
        self.home.add_hook("good", "t", "return true")
        shown = self.home.dispatch_and_wait("t")
        self.assertEqual({e["hook_name"]: e["status"] for e in shown["executions"]},
                         {"bad": "failed", "good": "success"})
        self.assertEqual(shown["event"]["status"], "failed")
        self.assertIn("bad", [h["name"] for h in self.home.status()["failing_hooks"]])

    def test_scripts_that_cannot_run_are_refused_with_file_and_line(self):
        self.home.up()
        bad = self.home.write("bad.lua", "local x = 1\nlocal y = = 2\n")
        result = self.assert_error(harness.USAGE, "bad.lua:2", "hook", "add", "bad", "--file", bad, "--event", "a")
        self.assertNotIn("traceback", result.err)
        nothing = self.home.write("nothing.lua", "return 42\n")
        self.assert_error(harness.USAGE, "nothing", "hook", "add", "n", "--file", nothing, "--event", "a")
        untyped = self.home.write("untyped.lua", "function on_event() end\n")
        self.assert_error(harness.USAGE, "event", "hook", "add", "u", "--file", untyped)
        effect = self.home.write("effect.lua", 'require("exec").run("true")\nfunction on_event() end\n')
        self.assert_error(harness.USAGE, "effect.lua:1", "hook", "add", "e", "--file", effect, "--event", "a")
        self.assertEqual(self.home.json("hook", "list"), {"items": []})


class Edits(harness.Case):
    def version(self, text):
        return f'return {{ execute = function(event) print("{text}") end }}\n'

    def output(self):
        shown = self.home.dispatch_and_wait("edit")
        self.assertEqual(shown["event"]["status"], "completed")
        return shown["executions"][0]["output"].strip()

    def add(self):
        path = self.home.write("edited.lua", self.version("one"))
        self.home.ok("hook", "add", "edited", "--file", path, "--event", "edit")
        return path

    def note(self):
        return self.home.json("hook", "get", "edited").get("last_error", "")

    def test_an_edit_is_in_effect_within_half_a_second(self):
        self.home.up()
        path = self.add()
        self.assertEqual(self.output(), "one")
        self.home.write("edited.lua", self.version("two"))
        time.sleep(0.5)
        self.assertEqual(self.output(), "two")
        self.home.write("next.lua", self.version("three"))
        os.replace(os.path.join(self.home.path, "next.lua"), path)
        time.sleep(0.5)
        self.assertEqual(self.output(), "three")
        hook = self.home.json("hook", "get", "edited")
        self.assertEqual(hook["version"], 3)
        self.assertIn("three", self.home.ok("hook", "show", "edited", "--history", "-o", "json").out)

    def test_a_broken_edit_leaves_the_last_good_version_running_and_is_told(self):
        self.home.up()
        self.add()
        self.home.write("edited.lua", "return {\n")
        harness.wait_until(self.note, 3, "the broken file is noticed")
        self.assertIn("edited.lua:", self.note())
        self.assertEqual(self.output(), "one")
        self.assertIn("version 1 keeps running", self.home.ok("hook", "list").out)
        self.assertIn("edited", [h["name"] for h in self.home.status()["failing_hooks"]])
        self.home.write("edited.lua", self.version("mended"))
        harness.wait_until(lambda: not self.note(), 3, "the mended file is noticed")
        self.assertEqual(self.output(), "mended")
        self.assertEqual(self.home.status().get("failing_hooks", []), [])

    def test_a_deleted_file_leaves_the_last_good_version_running_and_is_told(self):
        daemon = self.home.up()
        os.unlink(self.add())
        harness.wait_until(self.note, 3, "the deleted file is noticed")
        self.assertEqual(self.output(), "one")
        self.assertIn("edited", [h["name"] for h in self.home.status()["failing_hooks"]])
        self.assertEqual(daemon.stop(), harness.OK)
        self.home.up()  # also after a restart
        self.assertEqual(self.output(), "one")
        self.assertNotEqual(self.note(), "")
        self.home.write("edited.lua", self.version("back"))
        harness.wait_until(lambda: not self.note(), 3, "the file is noticed when it is back")
        self.assertEqual(self.output(), "back")


class Management(harness.Case):
    def test_list_names_what_runs(self):
        self.home.up()
        self.assertEqual(self.home.json("hook", "list"), {"items": []})
        self.home.add_hook("one", "a.b", "return true", "--stack", "s1")
        self.home.add_hook("two", "c", "return true")
        table = self.home.ok("hook", "list").out
        for word in ("one", "a.b", "s1", "enabled", "Never", "two"):
            self.assertIn(word, table)
        self.assertEqual([h["name"] for h in self.home.json("hook", "list", "--stack", "s1")["items"]], ["one"])
        self.home.dispatch_and_wait("c")
        self.assertEqual(self.home.json("hook", "get", "two")["run_count"], 1)

    def test_a_taken_name_is_a_conflict_unless_it_is_to_be_replaced(self):
        self.home.up()
        path = self.home.add_hook("h", "a", "return true")
        self.assert_error(harness.CONFLICT, ["h", "--replace"], "hook", "add", "h", "--file", path, "--event", "b")
        self.home.ok("hook", "add", "h", "--file", path, "--event", "b", "--replace")
        self.assertEqual(self.home.json("hook", "get", "h")["event_types"], ["b"])

    def test_a_disabled_hook_does_not_run_and_a_removed_one_keeps_its_history(self):
        self.home.up()
        self.home.add_hook("h", "a", "return true")
        self.home.dispatch_and_wait("a")
        self.home.ok("hook", "disable", "h")
        self.home.ok("hook", "disable", "h")
        self.assertEqual(self.home.dispatch_and_wait("a")["executions"], [])
        self.home.ok("hook", "enable", "h")
        self.assertEqual(len(self.home.dispatch_and_wait("a")["executions"]), 1)
        self.assertNotEqual(self.home.run("hook", "remove", "h").code, harness.OK)
        self.home.ok("hook", "remove", "h", "--yes")
        self.assertEqual(self.home.json("hook", "list"), {"items": []})
        self.assertEqual(self.home.logs("h")["total_shown"], 2)

    def test_a_trial_run_records_nothing(self):
        self.home.up()
        self.home.add_hook("h", "a.b", 'print(event.type, event.data.n)\nif event.data.bad then error("bad") end')
        tried = self.home.ok("hook", "test", "h", "--data", '{"n": 5}')
        self.assertIn("a.b\t5", tried.out)
        self.assertNotEqual(self.home.run("hook", "test", "h", "--data", '{"bad": true}').code, harness.OK)
        self.assertEqual(self.home.logs("h", "--all")["total_shown"], 0)
        self.assertEqual(self.home.json("events", "list", "--type", "a.b"), {"items": []})


if __name__ == "__main__":
    harness.main()
