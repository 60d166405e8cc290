#!/usr/bin/env python3
"""Measures what `sloth-runner bench` cannot see from inside: the sleeping runs, the way of a file change, the idle memory.

usage: bench/figures.py [BINARY [FIGURE...]]     (default build/release/sloth-runner, and all figures)

Prints one JSON object. Figures, not tests: nothing here fails because a machine is slow.
"""
import json
import os
import pathlib
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import hostile_sink  # noqa: E402

BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release/sloth-runner")


class Master:
    """`sloth-runner up` in a private folder."""

    def __init__(self, folder, **settings):
        self.data = os.path.join(folder, "data")
        self.env = dict(os.environ, SLOTH_RUNNER_DATA_DIR=self.data, NO_COLOR="1")
        self.env.update({"SLOTH_RUNNER_" + key.upper(): str(value) for key, value in settings.items()})
        self.process = subprocess.Popen([BINARY, "up"], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process.stdout.readline()
        while subprocess.run([BINARY, "status"], env=self.env, capture_output=True).returncode != 0:
            time.sleep(0.05)

    def cli(self, *args, **kwargs):
        return subprocess.run([BINARY, *args], env=self.env, check=True, capture_output=True, text=True, **kwargs).stdout

    def query(self, sql):
        with sqlite3.connect("file:" + os.path.join(self.data, "master.db") + "?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def wait_for(self, sql, wanted, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.query(sql)[0][0] >= wanted:
                return
            time.sleep(0.02)
        raise SystemExit(f"figures: waited {seconds} s for {wanted} of: {sql}")

    def processes(self):
        pids, frontier = [self.process.pid], [self.process.pid]
        while frontier:
            parent = frontier.pop()
            for children in pathlib.Path(f"/proc/{parent}/task").glob("*/children"):
                for pid in map(int, children.read_text().split()):
                    pids.append(pid)
                    frontier.append(pid)
        return pids

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def pss_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def hook(folder, name, event_type, body):
    path = os.path.join(folder, name + ".lua")
    pathlib.Path(path).write_text(
        f'local hook = {{ name = "{name}", event_type = "{event_type}" }}\nfunction hook.execute(event)\n{body}\nend\nreturn hook\n')
    return path


def idle_memory(folder):
    master = Master(folder)
    time.sleep(5)
    sizes = {pid: pss_kib(pid) for pid in master.processes()}
    master.stop()
    return {"idle_pss_mib": round(sum(sizes.values()) / 1024, 1), "processes": len(sizes)}


def sleeping_runs(folder, runs=2000):
    master = Master(folder, max_in_flight=runs)
    master.cli("hook", "add", hook(folder, "sleeper", "bench.sleep", "  time.sleep(1)\n  return true"))
    began = time.monotonic()
    master.cli("events", "dispatch", "--file", "-", "-o", "jsonl", input='{"type":"bench.sleep"}\n' * runs)
    master.wait_for("SELECT count(*) FROM events WHERE status = 'completed'", runs)
    seconds = time.monotonic() - began
    failed = master.query("SELECT count(*) FROM event_hook_executions WHERE success = 0")[0][0]
    master.stop()
    return {"sleeping_runs": runs, "seconds_with_the_command": round(seconds, 2), "failed": failed}


class Watch:
    """The greatest memory of all processes of a master together, looked at every 100 ms while the block lasts."""

    def __init__(self, master):
        self.master, self.most, self.over = master, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def look(self):
        while not self.over.wait(0.1):
            try:
                self.most = max(self.most, sum(pss_kib(pid) for pid in self.master.processes()))
            except OSError:
                pass  # a process has ended meanwhile


def http_waits(folder, runs=10000):
    server = subprocess.Popen([sys.executable, str(ROOT / "bench" / "late_server.py")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    master = Master(folder, max_in_flight=runs)
    master.cli("hook", "add", hook(folder, "waiter", "bench.http",
                                   f'  local answer = assert(http.get("http://127.0.0.1:{port}/"))\n  return answer.json.ok'))
    events = os.path.join(folder, "events.jsonl")
    pathlib.Path(events).write_text('{"type":"bench.http"}\n' * runs)
    with Watch(master) as watch:
        began = time.monotonic()
        master.cli("events", "dispatch", "--file", events, "-o", "jsonl")
        master.wait_for("SELECT count(*) FROM events WHERE status IN ('completed', 'failed')", runs)
        seconds = time.monotonic() - began
    first, last = master.query("SELECT min(created_at), max(processed_at) FROM events WHERE type = 'bench.http'")[0]
    failed = master.query("SELECT error, count(*) FROM event_hook_executions WHERE success = 0 GROUP BY error LIMIT 3")
    master.stop()
    server.stdin.close()
    server.wait()
    return {"http_waits": runs, "seconds_with_the_command": round(seconds, 2), "seconds_accepted_to_recorded": round((last - first) / 1e6, 2),
            "peak_pss_mib": round(watch.most / 1024), "failed": failed}


def runaway_scripts():
    for path in sorted((ROOT / "tests" / "hostile").glob("*.lua")):
        if path.read_text().startswith("-- expect: timeout\n"):
            yield path


def timeout_accuracy(folder, runs=200, at_once=4):
    master = Master(folder, exec_processes=32)
    scripts = list(runaway_scripts())
    for script in scripts:
        master.cli("hook", "add", script.stem, "--file", str(script), "--event", "hostile." + script.stem, "--timeout", "1s")
    with hostile_sink.Sink() as sink:
        for first in range(0, runs, at_once):
            for i in range(first, min(first + at_once, runs)):
                master.cli("events", "dispatch", "hostile." + scripts[i % len(scripts)].stem, "--data",
                           json.dumps({"mark": "figures", "sink": sink.address}))
            master.wait_for("SELECT count(*) FROM events WHERE status IN ('completed', 'failed') AND type LIKE 'hostile.%'",
                            min(first + at_once, runs))
    rows = master.query("SELECT x.status, x.duration_ms - 1000, (e.processed_at - e.created_at) / 1000 - 1000 FROM events e "
                        "JOIN event_hook_executions x ON x.event_id = e.id WHERE x.status <> 'interrupted'")
    master.stop()
    late = sorted(row[1] for row in rows if row[0] == "timeout")
    recorded = sorted(row[2] for row in rows if row[0] == "timeout")
    return {"kinds": len(scripts), "timed_out": len(late), "of": len(rows), "over_the_limit_ms": spread(late),
            "over_the_limit_when_recorded_ms": spread(recorded)}


def spread(ordered):
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[int(len(ordered) * 0.99)], "max": ordered[-1]}


def file_change(folder, changes=200):
    master = Master(folder)
    target = os.path.join(folder, "watched.txt")
    pathlib.Path(target).write_text("0")
    master.cli("hook", "add", hook(folder, "seen", "file.modified", "  return true"))
    master.cli("agent", "watcher", "create", "local", "--type", "file", "--path", target, "--when", "changed", "--interval", "10s")
    written = []
    for i in range(changes):
        written.append(time.time())
        with open(target, "w") as out:
            out.write("x" * (i + 2))
        master.wait_for("SELECT count(*) FROM event_hook_executions", i + 1)
    started = [row[0] / 1e6 for row in master.query("SELECT executed_at FROM event_hook_executions ORDER BY id")]
    master.stop()
    ways = sorted((s - w) * 1000 for w, s in zip(written, started))
    return {"file_change_to_hook_start_ms": {"p50": round(statistics.median(ways), 2), "p99": round(ways[int(len(ways) * 0.99)], 2)},
            "changes": changes}


FIGURES = (idle_memory, sleeping_runs, http_waits, timeout_accuracy, file_change)


def main():
    out = {}
    for figure in FIGURES:
        if sys.argv[2:] and figure.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory(prefix="sloth-figures-") as folder:
            out[figure.__name__] = figure(folder)
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
