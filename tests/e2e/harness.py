"""Drives the real binary in a private data folder. Standard library only.

A test case is a Case: `self.home` runs commands, `self.home.up()` and its like start what keeps running. Whatever was
started is ended and reaped when the test ends, and a log line of level `error` that the test did not expect fails it.
Nothing has a fixed port or path. The binary: SLOTH_BINARY, else build/release/sloth-runner.
"""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BINARY = os.environ.get("SLOTH_BINARY") or os.path.join(ROOT, "build", "release", "sloth-runner")
EXAMPLES = os.path.join(ROOT, "examples", "hooks")

OK, FAILED, USAGE, NOT_FOUND, REFUSED, CONFLICT, UNREACHABLE, TIMED_OUT = range(8)
HOOK_FAILED = 9
SKIPPED = 77  # to ctest, which then says so by name


def wait_until(ready, seconds, what):
    """Returns what `ready()` returns once it is true; fails with `what` when the time is over."""
    end = time.monotonic() + seconds
    while True:
        value = ready()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.02)


def read(path):
    """The file's text; "" if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


class Result:
    """How a command ended."""

    def __init__(self, args, code, out, err):
        self.args, self.code, self.out, self.err = args, code, out, err

    def __str__(self):
        return f"sloth-runner {' '.join(self.args)}\nexit {self.code}\nstdout: {self.out}\nstderr: {self.err}"

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise AssertionError(f"no JSON on stdout ({error}): {self}") from None

    def error(self):
        """The error object that `-o json` puts on stderr."""
        return json.loads(self.err.strip().splitlines()[-1])["error"]


class Daemon:
    """A process that keeps running, in a process group of its own, its output read all the time."""

    def __init__(self, home, args):
        self.args = args
        self.process = subprocess.Popen(
            [BINARY, *args], env=home.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, text=True, errors="replace")
        self.lines = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def pid(self):
        return self.process.pid

    def log(self):
        return "\n".join(self.lines)

    def running(self):
        return self.process.poll() is None

    def signal(self, number):
        os.kill(self.process.pid, number)

    def wait(self, seconds=35):
        """The exit code; the whole group is gone after it."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{' '.join(self.args)} did not end within {seconds} s:\n{self.log()}") from None
        finally:
            self._reap()
        return self.process.returncode

    def stop(self, seconds=35):
        if self.running():
            self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        """kill -9 of the process and everything it started."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self._reap()

    def _reap(self):
        self.reader.join(5)
        self.process.stdout.close()


class Home:
    """A data folder, and commands on it."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="sloth-e2e.")
        self.data = os.path.join(self.path, "data")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("SLOTH_", "XDG_"))}
        self.env.update(SLOTH_RUNNER_DATA_DIR=self.data, HOME=self.path, NO_COLOR="1", LC_ALL="C.UTF-8")
        self.daemons = []

    def close(self):
        for daemon in self.daemons:
            daemon.kill()
        shutil.rmtree(self.path, ignore_errors=True)

    def run(self, *args, text=None, seconds=30):
        args = [str(arg) for arg in args]
        done = subprocess.run([BINARY, *args], env=self.env, input=text, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL if text is None else None, timeout=seconds, errors="replace")
        return Result(args, done.returncode, done.stdout, done.stderr)

    def ok(self, *args, text=None, seconds=30):
        result = self.run(*args, text=text, seconds=seconds)
        if result.code != OK:
            raise AssertionError(str(result))
        return result

    def json(self, *args, text=None, seconds=30):
        return self.ok(*args, "-o", "json", text=text, seconds=seconds).json()

    def start(self, *args):
        daemon = Daemon(self, [str(arg) for arg in args])
        self.daemons.append(daemon)
        return daemon

    def _serve(self, *args):
        daemon = self.start(*args)

        def answers():
            if not daemon.running():
                raise AssertionError(f"{' '.join(daemon.args)} ended with {daemon.wait()}:\n{daemon.log()}")
            return self.run("status").code == OK

        wait_until(answers, 20, lambda: f"status answers\n{daemon.log()}")
        return daemon

    def up(self, *args):
        return self._serve("up", *args)

    def master(self, *args):
        args = args if "--listen" in args else ("--listen", "127.0.0.1:0", *args)
        return self._serve("master", "start", *args)

    def agent_name(self):
        return self.ok("agent", "list", "-o", "name").out.split()[0]

    def write(self, name, text):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def add_hook(self, name, types, body, *flags):
        """A hook whose execute(event) has this body."""
        source = f"return {{ execute = function(event)\n{body}\nend }}\n"
        path = self.write(f"hooks/{name}.lua", source)
        self.ok("hook", "add", name, "--file", path, "--event", types, *flags)
        return path

    def dispatch(self, event_type, data=None, *flags):
        """The stored event."""
        return self.json("events", "dispatch", event_type, "--data", json.dumps(data or {}), *flags)

    def dispatch_and_wait(self, event_type, data=None, *flags):
        """{event, executions} once the event is final; hooks may have failed."""
        result = self.run("events", "dispatch", event_type, "--data", json.dumps(data or {}), "--wait", *flags,
                          "-o", "json")
        if result.code not in (OK, HOOK_FAILED):
            raise AssertionError(str(result))
        return result.json()

    def logs(self, hook, *flags):
        return self.json("hook", "logs", hook, *flags)

    def status(self):
        return self.json("status")

    def query(self, sql, *args):
        """Rows of the master's database, read beside it."""
        path = os.path.join(self.data, "master.db")
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        try:
            return database.execute(sql, args).fetchall()
        finally:
            database.close()

    def open_events(self):
        return self.query("SELECT count(*) FROM events WHERE status NOT IN ('completed', 'failed')")[0][0]

    def drained(self, seconds=60):
        wait_until(lambda: self.open_events() == 0, seconds, lambda: f"{self.open_events()} events are open")


class Case(unittest.TestCase):
    """One private home a test."""

    maxDiff = None
    expected_errors = ()  # patterns of log lines of level `error` that belong to the test

    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)

    def tearDown(self):
        for daemon in self.home.daemons:
            if daemon.running():
                self.assertEqual(daemon.stop(), OK, daemon.log())
            for line in daemon.lines:
                if re.match(r"\S+ error ", line) and not any(re.search(p, line) for p in self.expected_errors):
                    self.fail(f"unexpected error in the log of {' '.join(daemon.args)}: {line}")

    def new_home(self):
        home = Home()
        self.addCleanup(home.close)
        return home

    def assert_error(self, code, words, *args, **more):
        """The command ends with `code` and one sentence that holds the words, nothing on stdout."""
        result = self.home.run(*args, **more)
        self.assertEqual(result.code, code, result)
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word.lower(), result.err.lower(), result)
        self.assertEqual(result.out, "", result)
        return result


class Feeder:
    """`events dispatch --file - -o jsonl` with lines written at a steady rate (0: as fast as it takes them)."""

    def __init__(self, home, make_line, rate=0, count=None):
        self.sent = 0
        self.printed = []
        self.stopping = threading.Event()
        self.process = subprocess.Popen(
            [BINARY, "events", "dispatch", "--file", "-", "-o", "jsonl"], env=home.env, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.threads = [
            threading.Thread(target=self._write, args=(make_line, rate, count), daemon=True),
            threading.Thread(target=self._read, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        self.errors = ""
        for thread in self.threads:
            thread.start()

    def _write(self, make_line, rate, count):
        begin = time.monotonic()
        try:
            while not self.stopping.is_set() and (count is None or self.sent < count):
                if rate and self.sent > (time.monotonic() - begin) * rate:
                    time.sleep(0.002)
                    continue
                self.process.stdin.write(json.dumps(make_line(self.sent)) + "\n")
                self.sent += 1
                if rate:
                    self.process.stdin.flush()
            self.process.stdin.close()
        except (BrokenPipeError, ValueError):
            pass

    def _read(self):
        for line in self.process.stdout:
            try:
                self.printed.append(json.loads(line)["id"])
            except (ValueError, KeyError):
                pass  # a line cut off by a kill was not printed as a whole

    def _read_errors(self):
        self.errors = self.process.stderr.read()

    def finish(self, seconds=60):
        """Ends the input and waits; the exit code."""
        self.stopping.set()
        return self.wait(seconds)

    def wait(self, seconds=60):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"events dispatch --file did not end within {seconds} s") from None
        self.stopping.set()
        for thread in self.threads:
            thread.join(10)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass
        return code


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main():
    if not os.access(BINARY, os.X_OK):
        raise SystemExit(f"no binary at {BINARY}; build it with ./dev build, or set SLOTH_BINARY")
    ran = unittest.main(verbosity=2, exit=False).result
    if ran.wasSuccessful() and ran.testsRun and len(ran.skipped) == ran.testsRun:
        raise SystemExit(SKIPPED)
    raise SystemExit(0 if ran.wasSuccessful() else 1)
