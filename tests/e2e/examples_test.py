#!/usr/bin/env python3
"""Every hook in examples/hooks and every example in docs/lua runs as its text says."""

import glob
import json
import os
import re
import subprocess

import harness
from http_sink import Sink

SERVER = "http://127.0.0.1:8080"
SECRET = ("deploy_token", "correct-horse-battery")


class ExampleHooks(harness.Case):
    def setUp(self):
        super().setUp()
        self.home.up()

    def add(self, name, *flags):
        path = os.path.join(harness.EXAMPLES, f"{name}.lua")
        args = [name, "--file", path] if flags else [path]
        self.home.ok("hook", "add", *args, *flags)

    def test_file_changed_says_what_happened(self):
        self.add("file_changed")
        shown = self.home.dispatch_and_wait("file.modified", {
            "path": "/etc/app.conf", "old_size": 10, "new_size": 14, "new_hash": "a1b2c3d4e5"})
        output = shown["executions"][0]["output"]
        for words in ("/etc/app.conf changed", "14 bytes, +4", "now a1b2c3d4", "changed"):
            self.assertIn(words, output)

    def test_count_changes_counts_by_path(self):
        self.add("count_changes", "--event", "file.*")
        for path, number in (("/a", 1), ("/a", 2), ("/b", 1)):
            shown = self.home.dispatch_and_wait("file.created", {"path": path})
            self.assertIn(f"{path}: change number {number}", shown["executions"][0]["output"])

    def test_notify_on_failure_tells_about_production_only(self):
        self.add("notify_on_failure")
        task = {"task": {"task_name": "deploy_app", "agent_name": "web-01", "error": "refused", "exit_code": 1}}
        self.assertEqual(self.home.dispatch_and_wait("task.failed", task)["executions"], [])
        output = self.home.dispatch_and_wait("task.failed", task, "--stack", "production")["executions"][0]["output"]
        self.assertEqual(json.loads(output.splitlines()[0])["text"], "Task deploy_app failed on web-01")
        self.assertIn("told about deploy_app", output)
        failed = self.home.dispatch_and_wait("task.failed", {}, "--stack", "production")["executions"][0]
        self.assertRegex(failed["error"], r"notify_on_failure\.lua:\d+: the event has no data\.task\.task_name")

    def test_scale_with_cooldown_acts_once(self):
        self.add("scale_with_cooldown")
        outputs = [self.home.dispatch_and_wait("system.cpu_high", {"current": 93, "threshold": 80})
                   ["executions"][0]["output"] for _ in range(3)]
        self.assertIn("scaled up", outputs[0])
        self.assertIn("cooling down", outputs[1])
        self.assertIn("cooling down", outputs[2])

    def test_the_deploy_chain_runs_to_its_end(self):
        self.add("deploy_pipeline")
        self.add("deploy_announce")
        started = self.home.dispatch_and_wait("deploy.started", {"deploy_id": "d-7", "version": "v2"})
        self.assertIn("built v2", started["executions"][0]["output"])
        self.home.drained(10)
        chained = self.home.json("events", "list", "--type", "deploy.staging_success")["items"][0]
        self.assertEqual(chained["parent_id"], started["event"]["id"])
        self.assertEqual(chained["depth"], 1)
        logs = self.home.logs("deploy_announce", "--output")["executions"]
        self.assertIn("deployment d-7 of v2 is on staging", logs[0]["output"])

    def test_the_deploy_chain_announces_a_failure(self):
        self.add("deploy_pipeline")
        self.add("deploy_announce")
        bad = self.home.dispatch_and_wait("deploy.started", {"deploy_id": "d-8", "version": "v2; rm -rf /"})
        self.assertEqual(bad["event"]["status"], "failed")
        self.assertIn("check failed", bad["executions"][0]["error"])
        self.home.drained(10)
        self.assertIn("deployment d-8 failed", self.home.logs("deploy_announce", "--output")["executions"][0]["output"])

    def test_every_example_has_a_test_here(self):
        with open(__file__, encoding="utf-8") as file:
            tests = file.read()
        for path in glob.glob(os.path.join(harness.EXAMPLES, "*.lua")):
            name = os.path.basename(path)[: -len(".lua")]
            self.assertIn(f'self.add("{name}"', tests)


class DocumentedExamples(harness.Case):
    def test_every_example_of_the_lua_pages_runs_and_prints_what_the_page_says(self):
        """A page's ```lua block is a hook; the ```json block after it is the event's data, the ```text block what it
        prints. Where the pages say SERVER there is a sink, and the secret of their examples is set."""
        sink = Sink()
        self.addCleanup(sink.close)
        self.home.up()
        self.home.ok("secret", "set", SECRET[0], text=SECRET[1])
        pages = sorted(glob.glob(os.path.join(harness.ROOT, "docs", "lua", "*.md")))
        self.assertGreaterEqual(len(pages), 6)
        ran = 0
        for page in pages:
            with open(page, encoding="utf-8") as file:
                blocks = re.findall(r"```(lua|json|text)\n(.*?)```", file.read(), re.S)
            name = os.path.basename(page)[: -len(".md")]
            examples = [i for i, (kind, _) in enumerate(blocks) if kind == "lua"]
            self.assertTrue(examples, f"{page} has no example")
            for number, (at, end) in enumerate(zip(examples, [*examples[1:], len(blocks)])):
                following = dict(blocks[at + 1 : end])
                data = json.loads(following.get("json", "{}"))
                hook = f"{name}_{number}"
                path = self.home.write(f"docs/{hook}.lua", blocks[at][1].replace(SERVER, sink.address))
                self.home.ok("hook", "add", hook, "--file", path, "--event", f"docs.{hook}")
                run = self.home.dispatch_and_wait(f"docs.{hook}", data)["executions"][0]
                self.assertEqual(run["status"], "success", f"{page}: {run}")
                for line in following.get("text", "").splitlines():
                    self.assertIn(line, run.get("output", ""), f"{page}, example {number + 1}")
                ran += 1
        print(f"{ran} examples of {len(pages)} pages ran")
        self.assertIn(f"Bearer {SECRET[1]}", [r["headers"].get("authorization") for r in sink.requests])

    def test_every_query_of_the_schema_page_is_answered(self):
        self.home.up()
        self.home.add_hook("h", "a", "return true")
        self.home.dispatch_and_wait("a")
        with open(os.path.join(harness.ROOT, "docs", "schema.md"), encoding="utf-8") as file:
            blocks = re.findall(r"```sql\n(.*?)```", file.read(), re.S)
        queries = [query for block in blocks for query in re.split(r";\n", block) if query.strip()]
        self.assertGreaterEqual(len(queries), 5)
        for query in queries:
            self.home.query(query)

    def test_the_threads_of_the_threads_page_are_there_and_none_is_without_a_name(self):
        daemon = self.home.up()
        self.home.add_hook("looks", "a", "file.exists('/')")
        self.home.dispatch_and_wait("a")  # runner-work begins with the first work
        with open(os.path.join(harness.ROOT, "docs", "threads.md"), encoding="utf-8") as file:
            table = file.read().split("## In a master")[1].split("## Processes")[0]
        told = set(re.findall(r"^\| `([\w-]+)`", table, re.M)) - {"dispatch-out"}  # only while it is needed
        self.assertGreaterEqual(len(told), 6)
        tasks = os.listdir(f"/proc/{daemon.pid}/task")
        names = {task: harness.read(f"/proc/{daemon.pid}/task/{task}/comm").strip() for task in tasks}
        self.assertLessEqual(told, set(names.values()))
        unnamed = [task for task, name in names.items() if name == "sloth-runner" and int(task) != daemon.pid]
        self.assertEqual(unnamed, [])

    def test_the_five_minutes_of_the_readme_work_as_written(self):
        with open(os.path.join(harness.ROOT, "README.md"), encoding="utf-8") as file:
            section = file.read().split("## Five minutes")[1].split("\n## ")[0]
        script = "".join(re.findall(r"```sh\n(.*?)```", section, re.S))
        self.assertIn("sloth-runner up &\n", script)
        # The one thing that is not as written: it is up before the next line, as it would be for a person.
        script = script.replace("sloth-runner up &\n", "").replace("/tmp/", self.home.path + "/")
        script = script.replace("sloth-runner events tail -f", "timeout 1 sloth-runner events tail -f")
        self.home.data = self.home.env["SLOTH_RUNNER_DATA_DIR"] = os.path.join(self.home.path, "sloth")
        self.home.env["PATH"] = os.path.dirname(harness.BINARY) + ":" + os.environ["PATH"]
        self.home.up()
        done = subprocess.run(["bash", "-c", script], cwd=harness.ROOT, env=self.home.env, capture_output=True,
                              text=True, timeout=30)
        for words in ("notify_on_failure", "told about deploy_app", "the event has no data.task.task_name",
                      "file.created", "a.txt"):
            self.assertIn(words, done.stdout, done)
        self.assertNotIn("did you mean", done.stderr)


if __name__ == "__main__":
    harness.main()
