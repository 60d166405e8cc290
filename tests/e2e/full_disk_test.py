#!/usr/bin/env python3
"""A full disk: nothing is acknowledged that is not stored, and work goes on when there is room again."""

import os
import subprocess
import unittest

import harness


class FullDisk(harness.Case):
    expected_errors = ("disk", "full", "space", "exhausted")

    def setUp(self):
        super().setUp()
        os.makedirs(self.home.data)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "sloth-e2e", self.home.data],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.home.data], check=False)

    def test_a_full_disk_refuses_and_goes_on_when_there_is_room(self):
        daemon = self.home.up()
        self.home.add_hook("h", "a", "return true")
        printed = [self.home.dispatch("a")["id"]]
        filler = os.path.join(self.home.data, "filler")
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        refused = None
        for _ in range(200):
            result = self.home.run("events", "dispatch", "a", "--data", '{"a": "' + "x" * 100_000 + '"}', "-o", "json")
            if result.code != harness.OK:
                refused = result
                break
            printed.append(result.json()["id"])
        self.assertIsNotNone(refused, "two hundred large events fitted onto a full disk")
        self.assertEqual(refused.code, harness.FAILED, refused)
        self.assertEqual(refused.error()["code"], "exhausted", refused)
        self.assertTrue(daemon.running(), daemon.log())
        os.unlink(filler)
        after = harness.wait_until(lambda: self.home.run("events", "dispatch", "a", "-o", "json").code == harness.OK, 10,
                                   "events are taken again")
        self.assertTrue(after)
        self.home.drained(20)
        stored = {row[0] for row in self.home.query("SELECT id FROM events")}
        self.assertEqual(set(printed) - stored, set())
        self.assertEqual(self.home.query("PRAGMA integrity_check"), [("ok",)])


if __name__ == "__main__":
    harness.main()
