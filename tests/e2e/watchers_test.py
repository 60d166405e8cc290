#!/usr/bin/env python3
"""Every watcher but those of services, against real files, processes, sockets and interfaces, through a real agent and
master to a hook: each condition, and each edge back to normal."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading

import harness
from watching import Watching

BUSY = [sys.executable, "-c", "while True: pass"]


@contextlib.contextmanager
def running(*command, **more):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()


class Files(Watching):
    def test_a_file_is_created_changed_renamed_and_deleted(self):
        path = self.path("app.conf")
        self.watch("file", "created,changed,deleted", "--path", path, "--check-hash")
        self.put("app.conf", "one")
        self.assertEqual(self.wait_for("file.created", path=path)["size"], 3)
        self.put("app.conf.new", "three")
        os.rename(self.path("app.conf.new"), path)  # as editors do
        changed = self.wait_for("file.modified", path=path, new_size=5)
        self.assertEqual(len(changed["new_hash"]), 64)
        os.chmod(path, 0o600)
        self.assertEqual(self.wait_for("file.modified", new_mode="0600")["changes"], ["mode"])
        if os.geteuid() == 0:
            os.chown(path, 65534, -1)
            self.assertEqual(self.wait_for("file.modified", new_uid=65534)["changes"], ["owner"])
        os.rename(path, self.path("app.old"))
        renamed = self.wait_for("file.renamed", old_path=path)
        self.assertEqual(renamed["new_path"], self.path("app.old"))
        self.put("app.conf", "again")
        self.wait_for("file.created", after=1, path=path)
        os.unlink(path)
        self.wait_for("file.deleted", path=path)

    def test_a_tree_is_watched_with_what_is_left_out(self):
        self.put("src/old.c")
        self.watch("file", "created,changed,deleted,renamed", "--path", self.folder, "--recursive",
                   "--include", "*.c,*.h", "--exclude", ".git")
        self.put("src/deep/er/new.c")
        self.wait_for("dir.created", path=self.path("src/deep"))
        self.wait_for("file.created", path=self.path("src/deep/er/new.c"))
        self.put(".git/objects.c")
        self.put("src/notes.txt")
        os.rename(self.path("src/deep"), self.path("src/lib"))
        self.wait_for("dir.renamed", new_path=self.path("src/lib"))
        self.put("src/lib/er/new.c", "longer")
        self.wait_for("file.modified", path=self.path("src/lib/er/new.c"))
        shutil.rmtree(self.path("src/lib"))
        self.wait_for("file.deleted", path=self.path("src/lib/er/new.c"))
        self.settled()
        self.assertEqual([data["path"] for _, data in self.seen() if "git" in data["path"] or "txt" in data["path"]], [])

    def test_a_directory_is_told_of_as_a_whole(self):
        path = self.path("d")
        self.watch("directory", "created,changed,deleted", "--path", path)
        os.makedirs(path)
        self.wait_for("dir.created", path=path)
        self.put("d/a")
        self.assertEqual(self.wait_for("dir.changed", path=path)["files_added"], 1)
        os.unlink(self.path("d/a"))
        self.wait_for("dir.changed", files_removed=1, new_file_count=0)
        os.rmdir(path)
        self.wait_for("dir.deleted", path=path)

    def test_a_folder_that_is_moved_or_put_in_place_of_another_is_watched_on(self):
        path = self.path("d")
        self.put("d/old")
        self.watch("directory", "renamed", "--path", path)
        self.watch("file", "created,changed,deleted", "--path", path, "--recursive", interval="1h")
        self.put("other/new")
        os.rename(path, self.path("d.1"))
        os.rename(self.path("other"), path)
        self.wait_for("file.created", path=self.path("d/new"))
        self.wait_for("file.deleted", path=self.path("d/old"))
        self.put("d/later")
        self.wait_for("file.created", path=self.path("d/later"))
        os.rename(path, self.path("d.2"))
        self.wait_for("dir.renamed", old_path=path, new_path=self.path("d.2"))

    def test_more_changes_than_the_kernel_keeps_are_found_on_the_disk(self):
        for n in range(10):
            os.mkdir(self.path(str(n)))
        self.watch("file", "created", "--path", self.folder, "--recursive", interval="1h")
        self.home.ok("hook", "disable", "seen")
        self.agent.signal(signal.SIGSTOP)
        with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as limit:
            wanted = {self.put(f"{n % 10}/f{n}") for n in range(int(limit.read()) // 2 + 500)}
        self.agent.signal(signal.SIGCONT)
        told = "SELECT json_extract(data, '$.path') FROM events WHERE type = 'file.created'"
        harness.wait_until(lambda: len(self.home.query(told)) >= len(wanted), 60, "all files are told of")
        self.assertEqual(sorted(path for path, in self.home.query(told)), sorted(wanted))
        gap = "SELECT json_extract(data, '$.reason') FROM events WHERE type = 'watcher.gap'"
        harness.wait_until(lambda: len(self.home.query(gap)) == 1, 20, lambda: f"one gap: {self.home.query(gap)}")

    def test_pipes_are_not_opened_and_symlinks_not_followed_unless_asked(self):
        os.mkfifo(self.path("pipe"))
        self.put("outside/real", "1")
        os.symlink("outside/real", self.path("link"))
        self.watch("file", "changed", "--path", self.path("pipe"), "--check-hash")
        self.watch("file", "changed", "--path", self.path("link"))
        followed = self.watch("file", "changed", "--path", self.path("link"), "--follow")
        self.put("outside/real", "22")
        self.assertEqual(self.wait_for("file.modified")["watcher_id"], followed["id"])
        self.settled()
        self.assertEqual(self.count("file.modified"), 1)


class Levels(Watching):
    def edges(self, kind, flags, high, low):
        """A threshold that is crossed from the beginning, and a new one that is not."""
        watcher = self.watch(kind, "above", "--threshold", "0", "--hysteresis", "0", *flags)
        crossed = self.wait_for(high)
        self.assertTrue(crossed["initial"])
        self.assertEqual(crossed["resource"]["threshold"], 0)
        self.update(watcher, "--threshold", "100", "--hysteresis", "0")
        back = self.wait_for(low)
        self.assertEqual(back["threshold"], 100)
        self.settled()
        self.assertEqual((self.count(high), self.count(low)), (1, 1), self.seen())
        return crossed

    def test_cpu_usage_is_high_and_normal_again(self):
        with running(*BUSY):
            crossed = self.edges("cpu", [], "system.cpu_high", "system.cpu_normal")
        self.assertGreater(crossed["cpu_percent"], 0)
        self.assertGreater(crossed["cpu_cores"], 0)

    def test_each_core_and_the_load_are_watched(self):
        with running(*BUSY):
            self.watch("cpu", "above", "--metric", "core", "--threshold", "0", "--average", "200ms")
            self.assertIn("core", self.wait_for("system.cpu_high", metric="core"))
        self.watch("cpu", "below", "--metric", "load", "--threshold", "10000", "--for", "300ms")
        self.assertEqual(self.wait_for("system.cpu_normal", metric="load")["for"], "300ms")

    def test_memory_is_low_and_normal_again(self):
        crossed = self.edges("memory", [], "system.memory_low", "system.memory_normal")
        self.assertGreater(crossed["total_mb"], crossed["used_mb"])
        available = self.watch("memory", "below", "--threshold", "100")
        self.assertEqual(self.wait_for("system.memory_low", condition="below")["current"],
                         self.wait_for("system.memory_low", condition="below")["available_percent"])
        self.update(available, "--threshold", "0", "--hysteresis", "0")
        self.wait_for("system.memory_normal", condition="below")

    def test_a_disk_is_full_and_has_room_again(self):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M,nr_inodes=40", "tmpfs", self.folder],
                                 capture_output=True, check=False).returncode == 0
        if not mounted:
            self.edges("disk", ["--path", "/"], "system.disk_full", "system.disk_normal")
            return
        self.addCleanup(subprocess.run, ["umount", "-l", self.folder], check=True)
        self.watch("disk", "above", "--path", self.folder, "--threshold", "80%")
        self.watch("disk", "below", "--path", self.folder, "--metric", "inodes", "--threshold", "20%")
        path = self.put("big", "x" * 900_000)
        full = self.wait_for("system.disk_full", metric="space")
        self.assertEqual(full["path"], self.folder)
        self.assertGreater(full["disk_percent"], 80)
        os.unlink(path)
        self.wait_for("system.disk_normal", metric="space")
        names = [self.put(f"f{n}") for n in range(36)]
        self.assertGreater(self.wait_for("system.disk_full", metric="inodes")["inodes_percent"], 80)
        for name in names:
            os.unlink(name)
        self.wait_for("system.disk_normal", metric="inodes")


class Processes(Watching):
    def setUp(self):
        super().setUp()
        self.program = self.path("sloth-e2e-job")
        shutil.copy(shutil.which("sleep"), self.program)

    def test_a_process_starts_and_stops_and_crashes(self):
        self.watch("process", "started,stopped,crashed", "--name", "sloth-e2e-job", "--user", str(os.geteuid()))
        with running(self.program, "1000") as first:
            self.assertEqual(self.wait_for("process.started")["pid"], first.pid)
            with running(self.program, "1001") as second:
                second.terminate()
                second.wait()
            self.settled()
            self.assertEqual(self.count("process.stopped"), 0, "one is left")
            first.terminate()
            first.wait()
            stopped = self.wait_for("process.stopped")
        self.assertIn((stopped["exit"], stopped.get("signal_name")), [("killed", "SIGTERM"), ("unknown", None)])
        if stopped["exit"] == "unknown":
            print("the kernel tells nobody here how a process ended", file=sys.stderr)
            return
        with running(self.program, "1000") as third:
            self.wait_for("process.started", after=1)
            third.send_signal(signal.SIGSEGV)
            third.wait()
            crashed = self.wait_for("process.crashed")
        self.assertEqual((crashed["signal_name"], crashed["process"]), ("SIGSEGV", "sloth-e2e-job"))

    def test_each_process_of_a_command_line_is_told_of_where_asked(self):
        self.watch("process", "started,stopped", "--pattern", "sloth-e2e-job 4[0-9]+", "--each")
        with running(self.program, "41"), running(self.program, "42"), running(self.program, "51"):
            self.wait_for("process.started", after=1)
        self.wait_for("process.stopped", after=1)
        self.settled()
        self.assertEqual(self.count("process.started"), 2)

    def test_a_process_by_its_number_uses_too_much_and_no_more(self):
        with running(*BUSY) as burner:
            pid = str(burner.pid)
            self.watch("process", "above", "--pid", pid, "--metric", "cpu", "--threshold", "2", interval="300ms")
            self.assertGreater(self.wait_for("process.cpu_high")["cpu_percent"], 2)
            burner.send_signal(signal.SIGSTOP)
            self.wait_for("process.cpu_normal")
            self.watch("process", "above", "--pid", pid, "--metric", "rss", "--threshold", "1M")
            self.assertGreater(self.wait_for("process.memory_high", metric="rss")["rss_bytes"], 1 << 20)
            self.watch("process", "above", "--pid", pid, "--metric", "memory", "--threshold", "0")
            self.assertGreater(self.wait_for("process.memory_high", metric="memory")["current"], 0)
        for metric in ("rss", "memory"):
            self.wait_for("process.memory_normal", metric=metric)


class Ports(Watching):
    def listen(self, family, kind, address, port=0, backlog=5):
        server = socket.socket(family, kind)
        self.addCleanup(server.close)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
        if kind == socket.SOCK_STREAM:
            server.listen(backlog)
        return server, server.getsockname()[1]

    def test_ports_open_and_close_on_this_machine(self):
        kinds = [("tcp", socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1"),
                 ("udp", socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1")]
        if socket.has_ipv6 and os.path.exists("/proc/net/if_inet6"):
            kinds.append(("tcp", socket.AF_INET6, socket.SOCK_STREAM, "::1"))
        for protocol, family, kind, address in kinds:
            server, port = self.listen(family, kind, address)
            self.watch("port", "opened,closed", "--port", port, "--protocol", protocol)
            server.close()
            closed = self.wait_for("port.closed", port=port)
            self.assertEqual(closed["protocol"], protocol)
            server, _ = self.listen(family, kind, address, port)
            self.assertEqual(self.wait_for("port.opened", port=port)["address"], address)
            server.close()

    def test_a_port_elsewhere_is_tested_by_connecting(self):
        server, port = self.listen(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1", backlog=50)
        self.watch("port", "opened,closed", "--port", port, "--host", "localhost")
        self.settled()
        server.close()
        self.assertIn("refused", self.wait_for("port.closed", port=port)["reason"])
        self.listen(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1", port, backlog=50)
        self.wait_for("port.opened", host="localhost")

    def test_a_slow_port_is_told_of(self):
        server, port = self.listen(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1", backlog=0)
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:  # nobody takes them: the next one has to wait
            self.addCleanup(filler.close)
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        watcher = self.watch("port", "above", "--port", port, "--threshold", "100ms", "--timeout", "20s")
        stopping = threading.Event()
        server.settimeout(0.05)

        def accept():
            stopping.wait(0.5)
            while not stopping.is_set():
                with contextlib.suppress(OSError):
                    server.accept()[0].close()

        thread = threading.Thread(target=accept)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(stopping.set)
        self.assertGreater(self.wait_for("port.latency_high", watcher_id=watcher["id"])["latency_ms"], 100)
        self.wait_for("port.latency_normal")


class LogsAndCommands(Watching):
    def test_a_log_is_followed_through_rotation_and_truncation(self):
        path = self.put("app.log", "ERROR from before\n")
        self.watch("log", "", "--path", path, "--pattern", "ERROR|CRITICAL (\\w+)")
        self.append("app.log", "INFO no\nERROR 1\n")
        self.assertEqual(self.wait_for("log.pattern_matched")["line"], "ERROR 1")
        os.rename(path, path + ".1")
        self.append("app.log.1", "ERROR 2\n")
        self.append("app.log", "CRITICAL disk\n")
        self.wait_for("log.pattern_matched", line="ERROR 2")
        self.assertEqual(self.wait_for("log.pattern_matched", line="CRITICAL disk")["groups"], ["disk"])
        os.truncate(path, 0)
        self.append("app.log", "ERROR 3\n")
        self.wait_for("log.pattern_matched", line="ERROR 3")
        self.settled()
        self.assertEqual(self.count("log.pattern_matched"), 4)

    def test_a_commands_output_exit_code_and_number_are_compared(self):
        path = self.put("value", "5 jobs\n")
        command = f"cat {path} | tr a-z A-Z; exit $(cat {path}.exit 2>/dev/null || echo 0)"
        self.watch("command", "changed,failed,above", "--command", command, "--threshold", "10")
        self.watch("command", "matches", "--command", command, "--pattern", "1[0-9] JOBS")
        few = self.watch("command", "below", "--command", command, "--threshold", "3")["id"]
        self.put("value", "15 jobs\n")
        changed = self.wait_for("command.output_changed")
        self.assertEqual((changed["old_output"], changed["new_output"]), ("5 JOBS\n", "15 JOBS\n"))
        self.wait_for("command.threshold_exceeded", value=15)
        self.wait_for("command.output_matched", match="15 JOBS")
        self.put("value", "1 job\n")
        self.wait_for("command.threshold_normal", value=1)
        self.wait_for("command.threshold_exceeded", value=1, watcher_id=few)
        self.put("value", "9 jobs\n")
        self.wait_for("command.threshold_normal", value=9, watcher_id=few)
        self.put("value.exit", "7")
        self.wait_for("command.failed", exit_code=7)
        os.unlink(self.path("value.exit"))
        self.wait_for("command.recovered")

    def test_a_command_that_hangs_is_killed_and_holds_up_nobody(self):
        self.watch("command", "failed", "--command", "sleep 1000 & sleep 1000", "--timeout", "500ms")
        self.watch("file", "created", "--path", self.path("a"))
        self.put("a")
        self.wait_for("file.created", seconds=5)
        self.assertTrue(self.wait_for("command.failed")["timed_out"])


if __name__ == "__main__":
    harness.main()
