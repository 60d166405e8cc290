#!/usr/bin/env python3
"""Watchers: interfaces, what happened while the agent was down, the keys that hooks in circulation read, wrong input."""

import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys

import harness
from watching import Watching

# The hooks of the first program: the name of the event they were registered with, and what they read.
HOOKS = {
    "command_output_changed": ("command.output_changed", "command old_output new_output watcher_id"),
    "cpu_alert": ("cpu.high_usage", "cpu_percent threshold load_1min"),
    "dir_changed": ("dir.changed", "path files_added files_removed files_modified watcher_id"),
    "dir_created": ("dir.created", "path watcher_id"),
    "dir_deleted": ("dir.deleted", "path watcher_id"),
    "disk_high_usage": ("disk.high_usage", "disk_percent used_gb total_gb threshold path watcher_id"),
    "file_changed": ("file.modified", "path old_size new_size old_hash new_hash"),
    "file_created_deploy": ("file.created", "path size"),
    "file_deleted_cleanup": ("file.deleted", "path"),
    "log_pattern_action": ("log.pattern_matched", "log_path pattern line"),
    "memory_high_usage": ("memory.high_usage", "memory_percent used_mb total_mb threshold watcher_id"),
    "port_scanner": ("port.opened,port.closed", "port"),
    "process_monitor": ("process.started,process.stopped", "process"),
}  # and service_status_changed, in services_test.py


class Interfaces(Watching):
    def tunnel(self):
        """An interface of the test's own: (its name, a function that turns it on and off)."""
        try:
            device = os.open("/dev/net/tun", os.O_RDWR)
        except OSError as error:
            self.skipTest(f"no interface can be made here: {error}")
        self.addCleanup(os.close, device)
        try:
            made = fcntl.ioctl(device, 0x400454CA, struct.pack("16sH22x", b"", 0x0001 | 0x1000))  # TUNSETIFF
        except OSError as error:
            self.skipTest(f"no interface can be made here: {error}")
        name = made[:16].rstrip(b"\0")

        def turn(on):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
                fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH22x", name, 1 if on else 0))  # SIOCSIFFLAGS

        return name.decode(), turn

    def test_an_interface_goes_up_and_down(self):
        name, turn = self.tunnel()
        self.watch("network", "up,down", "--name", name, interval="1h")  # told by the kernel alone
        turn(True)
        self.assertEqual(self.wait_for("network.up")["interface"], name)
        turn(False)
        self.wait_for("network.down")

    def test_an_interface_that_nobody_reads_from_has_errors(self):
        name, turn = self.tunnel()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for request, address in ((0x8916, "198.51.100.1"), (0x891C, "255.255.255.0")):  # SIOCSIFADDR, -NETMASK
                fcntl.ioctl(sender, request, struct.pack("16sHH4s16x", name.encode(), socket.AF_INET, 0,
                                                         socket.inet_aton(address)))
            turn(True)
            self.watch("network", "above", "--name", name, "--metric", "errors", "--threshold", "0", interval="200ms")
            for _ in range(3000):
                sender.sendto(b"x" * 100, ("198.51.100.2", 9))
        self.wait_for("network.errors_high")
        self.wait_for("network.errors_normal")

    def test_an_interface_carries_much_and_little_again(self):
        metrics = ("throughput", "received", "sent")
        for metric in metrics:
            self.watch("network", "above", "--name", "lo", "--metric", metric, "--threshold", "50M/s", interval="300ms")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            receiver.bind(("127.0.0.1", 0))
            high = []
            while len(high) < len(metrics):
                for _ in range(2000):
                    sender.sendto(b"x" * 60_000, receiver.getsockname())
                high = [data for kind, data in self.seen() if kind == "network.throughput_high"]
        self.assertGreater(high[0]["bytes_per_second"], 50 << 20)
        self.assertEqual({data["metric"] for data in high}, set(metrics))
        for metric in metrics:
            self.wait_for("network.throughput_normal", metric=metric)


class WhileTheAgentIsDown(Watching):
    def test_what_changed_meanwhile_is_told_and_marked(self):
        job = self.path("sloth-e2e-job")
        shutil.copy(shutil.which("sleep"), job)
        first = subprocess.Popen([job, "1000"])
        self.addCleanup(first.kill)
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            log = self.put("app.log", "ERROR before\n")
            self.put("d/kept")
            self.watch("file", "created,changed,deleted", "--path", self.path("d"), "--recursive")
            self.watch("log", "", "--path", log, "--pattern", "ERROR")
            self.watch("process", "stopped", "--name", "sloth-e2e-job")
            self.watch("port", "closed", "--port", port)
            self.watch("command", "changed", "--command", f"cat {self.path('d/kept')}")
            self.append("app.log", "ERROR seen\n")
            self.wait_for("log.pattern_matched", line="ERROR seen")
            self.agent.signal(signal.SIGKILL)
            self.agent.kill()
        first.kill()
        first.wait()
        self.append("app.log", "ERROR meanwhile\n")
        self.put("d/kept", "changed meanwhile")
        self.put("d/new")
        self.start_agent()
        for kind, wanted in (("file.modified", {"path": self.path("d/kept")}),
                             ("file.created", {"path": self.path("d/new")}),
                             ("log.pattern_matched", {"line": "ERROR meanwhile"}), ("process.stopped", {}),
                             ("port.closed", {"port": port}), ("command.output_changed", {})):
            self.assertTrue(self.wait_for(kind, **wanted).get("inferred"), kind)
        self.settled()
        self.assertEqual(self.count("log.pattern_matched"), 2, "no line is told twice")
        self.append("app.log", "ERROR later\n")
        self.assertNotIn("inferred", self.wait_for("log.pattern_matched", line="ERROR later"))


class HooksInCirculation(Watching):
    def test_they_find_their_events_and_the_keys_they_read(self):
        for name, (types, keys) in HOOKS.items():
            reads = "".join(f"  assert(event.data.{key} ~= nil, event.type .. ' has no {key}')\n" for key in keys.split())
            self.home.add_hook(name, types, reads + "  assert(event.agent_name == 'web-01')\n  return true")
        d, f, log = self.path("d"), self.path("f"), self.put("app.log")
        self.watch("command", "changed", "--command", f"cat {f}; date +%N")
        self.watch("cpu", "above", "--threshold", "0")
        self.watch("memory", "above", "--threshold", "0")
        self.watch("disk", "above", "--threshold", "0", "--path", "/")
        self.watch("directory", "created,changed,deleted", "--path", d)
        self.watch("file", "created,changed,deleted", "--path", f, "--check-hash")
        self.watch("log", "", "--path", log, "--pattern", "ERROR")
        self.watch("process", "started,stopped", "--pattern", "sloth-e2e-pattern")
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            self.watch("port", "opened,closed", "--port", server.getsockname()[1])
            server.listen()
            self.wait_for("port.opened")
        for act, kind in ((lambda: os.mkdir(d), "dir.created"), (lambda: self.put("d/a"), "dir.changed"),
                          (lambda: shutil.rmtree(d), "dir.deleted"), (lambda: self.put("f", "1"), "file.created"),
                          (lambda: self.put("f", "22"), "file.modified"), (lambda: os.unlink(f), "file.deleted"),
                          (lambda: self.append("app.log", "\nERROR\n"), "log.pattern_matched")):
            act()
            self.wait_for(kind)
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.5)", "sloth-e2e-pattern"], check=True)
        for kind in ("process.started", "process.stopped", "port.closed", "system.cpu_high", "system.memory_low",
                     "system.disk_full", "command.output_changed"):
            self.wait_for(kind)
        self.home.drained(20)
        failed = self.home.query("SELECT hook_name, error FROM event_hook_executions WHERE success = 0")
        self.assertEqual(failed, [])
        ran = {row[0] for row in self.home.query("SELECT DISTINCT hook_name FROM event_hook_executions")}
        self.assertEqual(ran - {"seen"}, set(HOOKS))

    def test_a_hook_sees_the_name_of_today_whatever_it_asked_for(self):
        self.home.add_hook("old", "cpu.high_usage", "  print(event.type)\n  return true")
        self.home.add_hook("both", "cpu.*,system.cpu_high", "  return true")
        self.watch("cpu", "above", "--threshold", "0")
        self.wait_for("system.cpu_high")
        self.home.drained(20)
        self.assertIn("system.cpu_high", self.home.logs("old", "--output")["executions"][0]["output"])
        self.assertEqual(self.home.logs("both")["success_count"], 1, "once, though it is meant twice")


class WrongInput(Watching):
    def refused(self, code, words, *flags):
        self.assert_error(code, words, "agent", "watcher", "create", "web-01", *flags)

    def test_it_is_refused_with_a_clear_sentence_and_nothing_is_created(self):
        folder = self.folder
        os.mkfifo(self.path("pipe"))
        usage, missing = harness.USAGE, harness.NOT_FOUND
        for code, words, *flags in (
                (usage, ["file", "path"], "--type", "file", "--when", "changed"),
                (usage, ["exploded", "created, modified"], "--type", "file", "--when", "exploded", "--path", folder),
                (usage, ["no folder"], "--type", "directory", "--when", "changed", "--path", self.put("a-file")),
                (usage, ["cpu", "process, service"], "--type", "gpu", "--when", "above"),
                (usage, ["cpu", "threshold"], "--type", "cpu", "--when", "above"),
                (usage, ["101", "100%"], "--type", "cpu", "--when", "above", "--threshold", "101"),
                (usage, ["heat", "usage, core or load"], "--type", "cpu", "--when", "above", "--threshold", "1",
                 "--metric", "heat"),
                (usage, ["high", "percentage"], "--type", "memory", "--when", "above", "--threshold", "high"),
                (usage, ["interval", "'0'", "10s"], "--type", "file", "--when", "changed", "--path", folder, "-i", "0"),
                (usage, ["interval", "50ms"], "--type", "cpu", "--when", "above", "--threshold", "1", "-i", "0s"),
                (missing, ["/nowhere"], "--type", "disk", "--when", "above", "--threshold", "1", "--path", "/nowhere"),
                (usage, ["name, a pid"], "--type", "process", "--when", "stopped"),
                (usage, ["a(b"], "--type", "process", "--when", "stopped", "--pattern", "a(b"),
                (missing, ["nobody-of-ours", "/etc/passwd"], "--type", "process", "--when", "stopped", "--user",
                 "nobody-of-ours"),
                (usage, ["70000", "65535"], "--type", "port", "--when", "closed", "--port", "70000"),
                (usage, ["udp"], "--type", "port", "--when", "closed", "--port", "53", "--protocol", "udp", "--host", "a"),
                (usage, ["needs a name"], "--type", "service", "--when", "failed"),
                (usage, ["a(b", "--fixed"], "--type", "log", "--path", self.path("x.log"), "--pattern", "a(b"),
                (usage, ["no file with lines"], "--type", "log", "--path", folder, "--pattern", "x"),
                (usage, ["no file with lines"], "--type", "log", "--path", self.path("pipe"), "--pattern", "x"),
                (usage, ["needs a command"], "--type", "command", "--when", "changed"),
                (usage, ["a(b", "--fixed"], "--type", "command", "--when", "matches", "--command", "x", "--pattern", "a(b"),
                (usage, ["timeout"], "--type", "command", "--when", "changed", "--command", "x", "--timeout", "1us"),
                (usage, ["interface"], "--type", "network", "--when", "up", "--name", "much/too/long/a/name")):
            self.refused(code, words, *flags)
        self.assert_error(harness.NOT_FOUND, "nobody", "agent", "watcher", "create", "nobody", "--type", "cpu", "--when",
                          "above", "--threshold", "1")
        self.assertEqual(self.home.json("agent", "watcher", "list", "web-01"), {"items": []})

    def test_what_the_agent_itself_cannot_read_is_refused(self):
        if os.geteuid() == 0:
            self.agent.stop()
            os.chown(self.agent_home.path, 65534, 65534)
            demote = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", harness.BINARY, "version"],
                                    capture_output=True, check=False)
            if demote.returncode != 0:
                self.skipTest("no user without rights can be had here")
            self.start_agent_as_nobody()
        log = self.put("secret.log")
        os.chmod(log, 0)
        os.chmod(self.home.path, 0o711)
        self.refused(harness.USAGE, ["secret.log", "permission denied"], "--type", "log", "--path", log, "--pattern", "x")
        self.refused(harness.USAGE, ["secret.log", "permission denied"], "--type", "file", "--when", "changed", "--path",
                     log, "--check-hash")
        self.assertEqual(self.home.json("agent", "watcher", "list", "web-01"), {"items": []})

    def start_agent_as_nobody(self):
        """The same agent, as a user without rights; it may use the master's socket."""
        socket_path = self.home.status()["socket"]
        shutil.rmtree(self.agent_home.data, ignore_errors=True)
        os.makedirs(self.agent_home.data, exist_ok=True)
        for path in (self.agent_home.data, socket_path):
            os.chown(path, 65534, 65534)
        for path in (self.home.path, self.home.data):
            os.chmod(path, 0o711)
        binary, harness.BINARY = harness.BINARY, "setpriv"
        try:
            agent = self.agent_home.start("--reuid=65534", "--clear-groups", binary, "agent", "start", "--name", "web-01",
                                          "--master", f"unix:{socket_path}")
        finally:
            harness.BINARY = binary

        def connected():
            return self.home.json("agent", "get", "web-01")["status"] == "connected"

        harness.wait_until(connected, 20, agent.log)


if __name__ == "__main__":
    harness.main()
