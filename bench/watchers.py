#!/usr/bin/env python3
"""Measures what watching costs an agent: many watchers at rest, and a burst of files in a watched tree.

usage: bench/watchers.py [BINARY]     (default build/release/sloth-runner)

Prints one JSON object. Figures, not tests: nothing here fails because a machine is slow; a file of the burst that is
neither reported nor covered by a gap does.
"""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release/sloth-runner")
FILES, PROCESSES, PORTS, SECONDS, BURST = 1000, 100, 100, 60, 50_000


class Pair:
    """A master, and an agent of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.env = dict(os.environ, NO_COLOR="1", SLOTH_RUNNER_DATA_DIR=os.path.join(folder, "master"))
        self.master = self.start("master", "start", data="master")
        while subprocess.run([BINARY, "status"], env=self.env, capture_output=True).returncode != 0:
            time.sleep(0.05)
        socket = json.loads(self.cli("status", "-o", "json"))["socket"]
        self.agent = self.start("agent", "start", "--name", "a", "--master", f"unix:{socket}", data="agent")
        while '"connected"' not in self.cli("agent", "list", "-o", "json"):
            time.sleep(0.05)

    def start(self, *args, data):
        env = dict(self.env, SLOTH_RUNNER_DATA_DIR=os.path.join(self.folder, data))
        process = subprocess.Popen([BINARY, *args], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def cli(self, *args):
        return subprocess.run([BINARY, *args], env=self.env, check=True, capture_output=True, text=True).stdout

    def watch(self, *flags):
        self.cli("agent", "watcher", "create", "a", *map(str, flags))

    def query(self, sql):
        with sqlite3.connect(f"file:{self.folder}/master/master.db?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            process.wait()


def pss_kib(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(text.split("Pss:")[1].split()[0])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at_rest(folder):
    pair = Pair(folder)
    time.sleep(2)
    empty = pss_kib(pair.agent.pid)
    for n in range(FILES):
        path = os.path.join(folder, f"d{n % 10}", f"file-{n}.conf")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        pathlib.Path(path).write_text("x")
        pair.watch("--type", "file", "--path", path, "--when", "changed,deleted", "--interval", "10s")
    files = pss_kib(pair.agent.pid)
    for n in range(PROCESSES):
        pair.watch("--type", "process", "--name", f"service-{n}", "--when", "stopped,crashed", "--interval", "10s")
    for n in range(PORTS):
        pair.watch("--type", "port", "--port", 20_000 + n, "--when", "closed", "--interval", "10s")
    time.sleep(12)
    full, begin, used = pss_kib(pair.agent.pid), time.monotonic(), cpu_seconds(pair.agent.pid)
    time.sleep(SECONDS)
    share = (cpu_seconds(pair.agent.pid) - used) / (time.monotonic() - begin)
    pair.stop()
    return {"watchers": FILES + PROCESSES + PORTS, "agent_pss_mib": round(full / 1024, 1),
            "agent_pss_mib_without_watchers": round(empty / 1024, 1),
            "kib_a_file_watcher": round((files - empty) / FILES, 2),
            "kib_a_watcher": round((full - empty) / (FILES + PROCESSES + PORTS), 2),
            "percent_of_a_core": round(100 * share, 2), "over_seconds": SECONDS}


def burst(folder):
    pair = Pair(folder)
    tree = os.path.join(folder, "tree")
    os.mkdir(tree)
    pair.watch("--type", "file", "--path", tree, "--recursive", "--when", "created")
    begin = time.monotonic()
    for n in range(BURST):
        if n % 500 == 0:
            os.mkdir(os.path.join(tree, f"d{n // 500}"))
        os.close(os.open(os.path.join(tree, f"d{n // 500}", f"f{n}"), os.O_CREAT | os.O_WRONLY))
    written = time.monotonic() - begin
    count = "SELECT count(DISTINCT json_extract(data, '$.path')) FROM events WHERE type = 'file.created'"
    last = time.monotonic()
    seen = -1
    peak = 0
    while seen < BURST and time.monotonic() - last < 30:
        now = pair.query(count)[0][0]
        if now != seen:
            seen, last = now, time.monotonic()
        peak = max(peak, pss_kib(pair.agent.pid))
        time.sleep(0.1)
    told = {row[0] for row in pair.query("SELECT json_extract(data, '$.path') FROM events WHERE type = 'file.created'")}
    doubled = pair.query("SELECT count(*) FROM events WHERE type = 'file.created'")[0][0] - len(told)
    gaps = pair.query("SELECT count(*) FROM events WHERE type = 'watcher.gap'")[0][0]
    there = {os.path.join(place, name) for place, _, names in os.walk(tree) for name in names}
    pair.stop()
    if there - told:
        raise SystemExit(f"watchers: {len(there - told)} files are there and were not told of")
    return {"files": BURST, "written_in_s": round(written, 2), "all_told_after_s": round(last - begin, 2),
            "told": len(told), "doubled": doubled, "gaps": gaps, "agent_peak_pss_mib": round(peak / 1024, 1)}


def main():
    out = {}
    for figure in (burst, at_rest):
        with tempfile.TemporaryDirectory(prefix="sloth-watchers-") as folder:
            out[figure.__name__] = figure(folder)
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
