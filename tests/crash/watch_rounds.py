#!/usr/bin/env python3
"""Kills an agent at random moments while the files that it watches change, again and again, and then compares.

    tests/crash/watch_rounds.py [ROUNDS] [--seed N]      20 rounds by default; prints its seed

Nobody stops writing while the agent is down. At the end the events, replayed in their order, give exactly what is on the
disk: none is missing, none is there twice, and what was made while the agent was down is marked as inferred.
"""

import argparse
import datetime
import json
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import harness  # noqa: E402

NAMES = [f"{folder}/{name}" for folder in "abc" for name in range(10)]


class Writer(threading.Thread):
    """Creates, changes, renames and deletes files below `folder` until it is told to stop."""

    def __init__(self, folder, seed):
        super().__init__(daemon=True)
        self.folder, self.rng, self.stopping, self.acts = folder, random.Random(seed), threading.Event(), 0

    def run(self):
        while not self.stopping.wait(self.rng.uniform(0, 0.01)):
            self.acts += 1
            path = os.path.join(self.folder, self.rng.choice(NAMES))
            act = self.rng.random()
            if not os.path.exists(path) or act < 0.5:
                put(path, "x" * self.acts)  # never the size that it had
            elif act < 0.8:
                os.unlink(path)
            else:
                os.rename(path, f"{path}.{self.acts}")


def put(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def replay(events):
    """{path: size} as the events tell it. Each must fit what the ones before it have told."""
    files = {}
    for kind, data in events:
        path = data.get("path")
        if kind == "file.created":
            assert path not in files, f"{path} is created, and was there already"
            files[path] = data["size"]
        elif kind == "file.modified":
            assert path in files, f"{path} is modified, and was not there"
            files[path] = data["size"]
        elif kind == "file.renamed":
            assert data["old_path"] in files, f"{data['old_path']} is renamed, and was not there"
            del files[data["old_path"]]
            files[data["new_path"]] = data["size"]
        elif kind == "file.deleted":
            assert files.pop(path, None) is not None, f"{path} is deleted, and was not there"
    return files


def on_disk(folder):
    return {os.path.join(place, name): os.path.getsize(os.path.join(place, name))
            for place, _, names in os.walk(folder) for name in names}


class Rounds:
    def __init__(self, home, agent_home, rng):
        self.home, self.agent_home, self.rng = home, agent_home, rng
        self.folder = os.path.join(home.path, "watched")
        for name in "abc":
            os.makedirs(os.path.join(self.folder, name))
        home.master()

    def start_agent(self):
        socket = self.home.status()["socket"]
        return self.agent_home.start("agent", "start", "--name", "web-01", "--master", f"unix:{socket}")

    def watch(self):
        agent = self.start_agent()
        harness.wait_until(lambda: any(a["status"] == "connected" for a in self.home.json("agent", "list")["items"]), 30,
                           agent.log)
        self.home.ok("agent", "watcher", "create", "web-01", "--type", "file", "--path", self.folder, "--recursive",
                     "--when", "created,changed,deleted,renamed")
        return agent

    def events(self):
        rows = self.home.query("SELECT type, data FROM events WHERE type LIKE 'file.%' ORDER BY rowid")
        return [(kind, json.loads(data)) for kind, data in rows]

    def data_of(self, path):
        return next((data for kind, data in self.events() if kind == "file.created" and data["path"] == path), None)

    def run(self, count):
        agent = self.watch()
        writer = Writer(self.folder, self.rng.random())
        writer.start()
        marks = []
        for number in range(count):
            alive = self.rng.uniform(0.02, 1)
            time.sleep(alive)
            agent.kill()
            marks.append(os.path.join(self.folder, f"down-{number}"))
            put(marks[-1], "x")
            time.sleep(self.rng.uniform(0, 0.2))
            agent = self.start_agent()
        writer.stopping.set()
        writer.join()
        harness.wait_until(lambda: self.data_of(marks[-1]), 30, lambda: f"the last mark is told of:\n{agent.log()}")
        last = os.path.join(self.folder, "last")
        put(last, "x")
        harness.wait_until(lambda: self.data_of(last), 30, lambda: f"the agent watches on:\n{agent.log()}")
        self.compare(marks, last)
        print(f"{writer.acts} changes, {count} kills, {len(self.events())} events: they give what is on the disk", flush=True)

    def compare(self, marks, last):
        told, there = replay(self.events()), on_disk(self.folder)
        wrong = sorted(path for path in told.keys() | there.keys() if told.get(path) != there.get(path))
        assert not wrong, f"{len(wrong)} files are otherwise than told, for example " \
            f"{[(path, told.get(path), there.get(path)) for path in wrong[:3]]}"
        numbers = [data["watcher_sequence"] for _, data in self.events()]
        assert numbers == list(range(1, len(numbers) + 1)), f"the events are not numbered in their order: {numbers}"
        unmarked = [path for path in marks if not self.data_of(path).get("inferred")]
        assert not unmarked, f"made while the agent was down, and not marked: {unmarked}"
        for path in marks:
            made = os.path.getmtime(path)
            first, then = (datetime.datetime.fromisoformat(self.data_of(path)[key].replace("Z", "+00:00")).timestamp()
                           for key in ("doubt_from", "doubt_to"))
            assert first - 0.1 <= made <= then + 0.1, f"{path} was made at {made}, outside of {first} to {then}"
        assert "inferred" not in self.data_of(last), "marked, though the agent was looking"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.rounds} rounds", flush=True)
    home, agent_home = harness.Home(), harness.Home()
    try:
        Rounds(home, agent_home, random.Random(options.seed)).run(options.rounds)
    except AssertionError as error:
        print(f"FAILED with seed {options.seed}: {error}", file=sys.stderr)
        return 1
    finally:
        agent_home.close()
        home.close()
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
