#!/usr/bin/env python3
"""What all commands share: help, version, formats, quiet, configuration, completion, status."""

import json
import os
import subprocess

import harness


class Everywhere(harness.Case):
    def test_help_is_there_without_a_master_and_without_a_data_folder(self):
        for args in (["--help"], ["help"], ["events", "--help"], ["hook", "add", "--help"]):
            self.assertIn("sloth-runner", self.home.ok(*args).out)
        self.assertFalse(os.path.exists(self.home.data))
        self.assertEqual(self.home.run().code, harness.USAGE)

    def test_the_version_is_printed(self):
        self.assertRegex(self.home.ok("version").out, r"\d+\.\d+\.\d+")
        self.assertRegex(self.home.ok("--version").out, r"\d+\.\d+\.\d+")

    def test_every_format_shows_the_same_things(self):
        self.home.up()
        self.home.add_hook("h", "a", "return true")
        hooks = self.home.json("hook", "list")["items"]
        self.assertEqual(self.home.ok("hook", "list", "-o", "name").out, "h\n")
        self.assertEqual(json.loads(self.home.ok("hook", "list", "-o", "jsonl").out), hooks[0])
        self.assertIn("name: h", self.home.ok("hook", "list", "--format", "yaml").out)
        self.assertIn("Event Type", self.home.ok("hook", "list", "--format", "table").out)
        self.assert_error(harness.USAGE, "xml", "hook", "list", "-o", "xml")

    def test_talk_goes_to_standard_error_and_quiet_silences_it(self):
        result = self.home.ok("events", "list", "-o", "json")
        self.assertEqual(result.json(), {"items": []})
        loud = self.home.ok("events", "dispatch", "task.faild")
        self.assertIn("task.failed", loud.err)
        self.assertEqual(self.home.ok("events", "dispatch", "task.faild", "-q").err, "")

    def test_no_colour_reaches_a_pipe_unless_asked_for(self):
        self.home.up()
        self.home.env.pop("NO_COLOR")
        self.assertNotIn("\x1b", self.home.ok("status").out)
        self.assertNotIn("\x1b", self.home.ok("events", "list", "--color", "never").out)

    def test_a_reader_that_goes_away_is_no_error(self):
        self.home.up()
        lines = "".join('{"type": "a.b", "data": {"text": "%s"}}\n' % ("x" * 500) for _ in range(500))
        self.home.ok("events", "dispatch", "--file", "-", text=lines)
        done = subprocess.run(f"'{harness.BINARY}' events list --limit 500 -o json | head -c 10", shell=True,
                              env=self.home.env, capture_output=True, text=True, timeout=20)
        self.assertNotIn("error", done.stderr)

    def test_completion_scripts_are_printed(self):
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("sloth-runner", self.home.ok("completion", shell).out)
        bash = self.home.ok("completion", "bash").out
        self.assertEqual(subprocess.run(["bash", "-n"], input=bash, text=True, capture_output=True).returncode, 0)
        self.assert_error(harness.USAGE, "bash", "completion", "tcsh")


class Configuration(harness.Case):
    def rows(self, *args):
        return {row["key"]: row for row in self.home.json("config", "show", "--origin", *args)["items"]}

    def test_file_environment_and_flags_override_one_another_and_say_so(self):
        os.makedirs(self.home.data)
        defaults = self.rows()
        for key in ("max_in_flight", "queue_size", "workers"):
            self.assertIn(key, defaults)
        self.assertEqual(str(defaults["max_in_flight"]["value"]), "100")
        with open(os.path.join(self.home.data, "config.yaml"), "w", encoding="utf-8") as file:
            file.write("max_in_flight: 7\nqueue_size: 50\n")
        self.home.env["SLOTH_RUNNER_QUEUE_SIZE"] = "60"
        changed = self.rows()
        self.assertEqual(str(changed["max_in_flight"]["value"]), "7")
        self.assertIn("config.yaml", changed["max_in_flight"]["origin"])
        self.assertEqual(str(changed["queue_size"]["value"]), "60")
        self.assertIn("SLOTH_RUNNER_QUEUE_SIZE", changed["queue_size"]["origin"])

    def test_the_log_level_comes_from_the_environment_too(self):
        self.home.env["SLOTH_RUNNER_LOG_LEVEL"] = "loud"
        self.assert_error(harness.USAGE, ["loud", "debug"], "up")


class Status(harness.Case):
    def test_status_shows_the_contracts_figures(self):
        self.home.up()
        self.home.add_hook("good", "g", "return true")
        self.home.add_hook("bad", "b", "error('x')")
        self.home.dispatch_and_wait("g")
        self.home.dispatch_and_wait("b")
        status = self.home.status()
        for key in ("version", "pid", "data_dir", "socket", "workers", "agents", "database_bytes", "wal_bytes"):
            self.assertIn(key, status)
        self.assertEqual(status["role"], "up")
        self.assertEqual((status["events_open"], status["events_in_flight"], status["runs_in_flight"]), (0, 0, 0))
        self.assertGreaterEqual(status["events_accepted"], 2)
        self.assertEqual([status[f"runs_{k}"] for k in ("success", "failed", "timeout", "interrupted")], [1, 1, 0, 0])
        self.assertEqual([h["name"] for h in status["failing_hooks"]], ["bad"])
        self.assertGreaterEqual(len(status["workers"]), 1)
        text = self.home.ok("status").out
        for word in ("bad", "worker", "agent"):
            self.assertIn(word, text.lower())

    def test_idle_costs_little_memory(self):
        daemon = self.home.up()
        self.home.add_hook("h", "a", "return true")
        self.home.dispatch_and_wait("a")
        total = 0
        for pid in os.listdir("/proc"):
            if not pid.isdigit():
                continue
            try:
                if os.getpgid(int(pid)) == daemon.pid:
                    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                        total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            except (OSError, ProcessLookupError):
                continue
        print(f"idle: {total / 1024:.1f} MB PSS over all processes")
        self.assertGreater(total, 0)
        self.assertLess(total, 40 * 1024)


if __name__ == "__main__":
    harness.main()
