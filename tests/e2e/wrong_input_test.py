#!/usr/bin/env python3
"""Wrong input and bad conditions: a clear sentence, the right exit code, nothing lost."""

import os
import subprocess
import time

import harness


class WrongInput(harness.Case):
    def setUp(self):
        super().setUp()
        self.home.up()

    def test_an_unknown_command_is_refused_with_the_nearest_one(self):
        self.assert_error(harness.USAGE, ["evnets", "did you mean", "events"], "evnets", "list")
        self.assert_error(harness.USAGE, ["dispach", "did you mean", "dispatch"], "events", "dispach", "a")
        self.assert_error(harness.USAGE, ["--limt", "did you mean", "--limit"], "events", "list", "--limt", "3")
        self.assert_error(harness.USAGE, "argument", "events", "list", "surplus")
        self.assert_error(harness.USAGE, "limit", "events", "list", "--limit", "many")

    def test_a_missing_file_is_not_found(self):
        missing = os.path.join(self.home.path, "missing")
        for args in (["hook", "add", f"{missing}.lua"], ["events", "dispatch", "--file", missing],
                     ["events", "dispatch", "a", "--data", f"@{missing}"]):
            self.assert_error(harness.NOT_FOUND, missing, *args)

    def test_data_that_is_no_json_object_is_refused(self):
        for data in ("{", "[]", "nonsense", '{"a": 1} x'):
            self.assert_error(harness.USAGE, "json", "events", "dispatch", "a", "--data", data)
        self.assert_error(harness.USAGE, "deep", "events", "dispatch", "a", "--data",
                          '{"a":' + "[" * 70 + "]" * 70 + "}")

    def test_two_megabytes_are_refused_and_the_next_event_is_taken(self):
        path = self.home.write("big.json", '{"a": "' + "x" * (2 << 20) + '"}')
        self.assert_error(harness.USAGE, "limit", "events", "dispatch", "a", "--data", f"@{path}")
        line = '{"type": "a", "data": {"a": "' + "x" * (2 << 20) + '"}}\n{"type": "after"}\n'
        result = self.home.run("events", "dispatch", "--file", "-", text=line)
        self.assertEqual(result.code, harness.FAILED, result.err[:500])
        self.assertRegex(result.err, r"line 1\b")
        self.assertEqual([e["type"] for e in self.home.json("events", "list", "--type", "a*")["items"]], ["after"])

    def test_a_type_that_is_none_is_refused(self):
        for name in ("a b", "a..b", ".a", ""):
            self.assert_error(harness.USAGE, "type", "events", "dispatch", name)

    def test_unknown_names_are_not_found(self):
        self.home.add_hook("notify", "a", "return true")
        self.assert_error(harness.NOT_FOUND, ["notfy", "hook list"], "hook", "get", "notfy")
        for args in (["hook", "logs", "nope"], ["hook", "enable", "nope"], ["hook", "remove", "nope", "--yes"],
                     ["events", "get", "999999"], ["events", "show", "#999999"], ["agent", "get", "nope"],
                     ["agent", "watcher", "list", "nope"]):
            self.assert_error(harness.NOT_FOUND, args[-1 if args[-1] != "--yes" else -2].strip("#"), *args)

    def test_an_ambiguous_prefix_is_refused_with_the_candidates(self):
        ids = [self.home.dispatch("a")["id"] for _ in range(2)]
        prefix = os.path.commonprefix(ids)
        self.assertGreater(len(prefix), 4)
        self.assert_error(harness.CONFLICT, ids, "events", "get", prefix)

    def test_errors_come_as_json_when_json_was_asked_for(self):
        result = self.home.run("hook", "get", "nope", "-o", "json")
        self.assertEqual(result.code, harness.NOT_FOUND)
        self.assertEqual(result.error()["code"], "not_found")
        self.assertIn("nope", result.error()["message"])
        self.assertEqual(self.home.run("events", "dispatch", "a b", "-o", "json").error()["code"], "invalid")

    def test_nothing_from_an_event_reaches_the_terminal_as_a_control_sequence(self):
        self.home.add_hook("h", "esc", "print(event.data.text)")
        event = self.home.dispatch_and_wait("esc", {"text": "\x1b[31mred\x07\u009b"})["event"]
        for args in (["events", "show", event["id"]], ["hook", "logs", "h", "--output"]):
            out = self.home.ok(*args).out
            self.assertIn("red", out)
            for bad in "\x1b\x07\x9b":
                self.assertNotIn(bad, out, args)


class BadConditions(harness.Case):
    def test_a_second_master_on_the_same_folder_is_told_who_holds_it(self):
        daemon = self.home.up()
        begin = time.monotonic()
        self.assert_error(harness.CONFLICT, [str(daemon.pid), self.home.data], "up")
        self.assertLess(time.monotonic() - begin, 8)
        self.home.dispatch("a")

    def test_a_corrupted_database_is_refused_with_its_path(self):
        self.assertEqual(self.home.up().stop(), harness.OK)
        path = os.path.join(self.home.data, "master.db")
        with open(path, "r+b") as file:
            file.write(b"not a database at all" * 10)
        with open(path, "rb") as file:
            kept = file.read()
        self.assert_error(harness.FAILED, "master.db", "up")
        self.assert_error(harness.FAILED, "master.db", "events", "dispatch", "a")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), kept, "the damaged file is left as it is")

    def test_a_newer_database_is_refused(self):
        self.assertEqual(self.home.up().stop(), harness.OK)
        subprocess.run(["sqlite3", os.path.join(self.home.data, "master.db"), "PRAGMA user_version = 9999"], check=True)
        self.assert_error(harness.REFUSED, ["newer", "master.db"], "up")

    def test_configuration_that_is_wrong_is_refused(self):
        os.makedirs(self.home.data)
        config = os.path.join(self.home.data, "config.yaml")
        for text, word in (("colour: red\n", "colour"), ("max_in_flight: many\n", "max_in_flight"), ("a: [\n", "config")):
            with open(config, "w", encoding="utf-8") as file:
                file.write(text)
            self.assert_error(harness.USAGE, word, "up")


if __name__ == "__main__":
    harness.main()
