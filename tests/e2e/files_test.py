#!/usr/bin/env python3
"""What hooks do with files: nothing lost, nothing done twice, nothing let out of an archive."""

import glob
import io
import os
import signal
import tarfile
import zipfile

import harness


def children(pid):
    """The processes that `pid` started, by whichever of its threads."""
    out = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        out += [int(child) for child in harness.read(path).split()]
    return out


def entry(name, kind=tarfile.REGTYPE, target="", content=b"x"):
    """One entry of a tar file, as hostile as it is written."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    return info, content


class Files(harness.Case):
    def path(self, *parts):
        return os.path.join(self.home.path, *parts)

    def run_hook(self, name, body, data=None):
        """The one execution of a hook with this body."""
        self.home.add_hook(name, f"files.{name}", body)
        return self.home.dispatch_and_wait(f"files.{name}", data)["executions"][0]

    def succeed(self, name, body, data=None):
        run = self.run_hook(name, body, data)
        self.assertEqual(run["status"], "success", run)
        return run["output"]

    def test_fifty_runs_at_once_lose_no_line(self):
        self.home.up()
        self.home.add_hook("logger", "files.log", """
            local ok, got = file_ops.lineinfile{path = event.data.log, line = "line " .. event.data.n, create = true}
            assert(ok and got.changed, got)
            assert(file.append(event.data.log, "raw " .. event.data.n .. "\\n"))
            assert(file_ops.lineinfile{path = event.data.log, line = "first " .. event.data.n, insertbefore = "BOF"})
        """)
        log = self.path("logs", "deep", "hook.log")
        lines = "".join(f'{{"type": "files.log", "data": {{"n": {n}, "log": "{log}"}}}}\n' for n in range(50))
        self.home.ok("events", "dispatch", "--file", self.home.write("events.ndjson", lines))
        self.home.drained()
        self.assertEqual(self.home.query("SELECT DISTINCT status FROM events WHERE type = 'files.log'"), [("completed",)])
        expected = [f"{word} {n}" for n in range(50) for word in ("line", "raw", "first")]
        self.assertEqual(sorted(harness.read(log).splitlines()), sorted(expected))
        self.assertEqual(os.listdir(os.path.dirname(log)), ["hook.log"])

    def test_any_bytes_go_to_a_file_and_come_back(self):
        self.home.up()
        target = self.path("bytes")
        output = self.succeed("bytes", """
            local all = {}
            for i = 0, 255 do all[#all + 1] = string.char(i) end
            local text = table.concat(all):rep(1000)
            assert(file.write(event.data.path, text, {mode = "0600"}))
            assert(file.append(event.data.path, "\\255\\0"))
            print(file.read(event.data.path) == text .. "\\255\\0", file.size(event.data.path))
        """, {"path": target})
        self.assertIn("true\t256002", output)
        with open(target, "rb") as file:
            self.assertEqual(file.read(), bytes(range(256)) * 1000 + b"\xff\x00")
        self.assertEqual(os.stat(target).st_mode & 0o777, 0o600)

    def test_large_files_are_read_whole_or_refused_with_the_reason(self):
        self.home.up()
        for name, content in (("text", b"x" * (16 << 20)), ("binary", os.urandom(6 << 20)), ("over", b"x" * ((16 << 20) + 1))):
            with open(self.path(name), "wb") as file:
                file.write(content)
        output = self.succeed("large", """
            print(#assert(file.read(event.data.home .. "/text")))
            print(#assert(file.read(event.data.home .. "/binary")))
            print(file.read(event.data.home .. "/over"))
        """, {"home": self.home.path})
        self.assertEqual(output.splitlines()[:2], [str(16 << 20), str(6 << 20)])
        self.assertIn("nil\tread '" + self.path("over") + "': larger than 16777216 bytes", output)

    def test_a_worker_that_is_killed_between_two_writes_repeats_nothing(self):
        daemon = self.home.up()
        log, gate, counter = self.path("log"), self.path("gate"), self.home.write("counter", "41")
        self.home.add_hook("writer", "files.write", """
            local n = tonumber(file.read(event.data.counter)) + 1
            file.write(event.data.counter, tostring(n))
            file.append(event.data.log, "before " .. n .. "\\n")
            while not file.exists(event.data.gate) do time.sleep(0.02) end
            file.append(event.data.log, "after\\n")
        """, "--timeout", "60s")
        self.home.dispatch("files.write", {"log": log, "gate": gate, "counter": counter})
        for round_number in range(2):
            harness.wait_until(lambda: harness.read(log), 10, "the first write is done")
            workers = [worker for zygote in children(daemon.pid) for worker in children(zygote)]
            self.assertTrue(workers)
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
            harness.wait_until(
                lambda: not any(os.path.exists(f"/proc/{worker}") for worker in workers), 10,
                f"the workers of round {round_number} are gone")
        self.home.write("gate", "")
        self.home.drained()
        rows = self.home.query("SELECT status FROM event_hook_executions ORDER BY id")
        self.assertEqual(rows[-1], ("success",), rows)
        self.assertEqual(harness.read(log), "before 42\nafter\n")
        self.assertEqual(harness.read(counter), "42")

    def test_no_archive_gets_anything_out_of_its_folder(self):
        self.home.up()
        hostile = {
            "up": [entry("fine"), entry("../escaped")],
            "absolute": [entry("fine"), entry(self.path("escaped"))],
            "link_out": [entry("fine"), entry("l", tarfile.SYMTYPE, self.home.path)],
            "through_link": [entry("d", tarfile.SYMTYPE, "."), entry("d/escaped")],
            "through_own_link": [entry("l", tarfile.SYMTYPE, "../.."), entry("l/escaped")],
            "hard_link": [entry("h", tarfile.LNKTYPE, "../../secret"), entry("h")],
            "device": [entry("fine"), entry("null", tarfile.CHRTYPE)],
            "fifo": [entry("fifo", tarfile.FIFOTYPE)],
        }
        secret = self.home.write("secret", "secret")
        os.mkdir(self.path("archives"))
        for name, entries in hostile.items():
            with tarfile.open(self.path("archives", f"{name}.tar.gz"), "w:gz") as archive:
                for info, content in entries:
                    archive.addfile(info, io.BytesIO(content))
        with zipfile.ZipFile(self.path("archives", "zip.zip"), "w") as archive:
            archive.writestr("fine", "x")
            archive.writestr("../escaped", "x")
        with tarfile.open(self.path("archives", "bomb.tar.gz"), "w:gz") as archive:
            for info, content in [entry(f"zeros{n}", content=bytes(32 << 20)) for n in range(4)]:
                archive.addfile(info, io.BytesIO(content))
        os.mkdir(self.path("dest"))
        output = self.succeed("hostile", """
            for _, archive in ipairs(file.glob(event.data.home .. "/archives/*")) do
                print(file.basename(archive), file_ops.unarchive{src = archive, dest = event.data.home .. "/dest"})
            end
        """, {"home": self.home.path})
        lines = dict(line.split("\t", 1) for line in output.strip().splitlines())
        self.assertEqual(len(lines), len(hostile) + 2, output)
        for name, said in lines.items():
            self.assertTrue(said.startswith("nil\tunpack '"), f"{name}: {said}")
        self.assertIn("more than 200 times as large", lines["bomb.tar.gz"])
        self.assertEqual(os.listdir(self.path("dest")), [])
        self.assertFalse(os.path.exists(self.path("escaped")))
        self.assertEqual(harness.read(secret), "secret")

    def test_an_honest_archive_is_unpacked(self):
        self.home.up()
        with tarfile.open(self.path("app.tar.xz"), "w:xz") as archive:
            for info, content in (entry("app/run", content=b"#!/bin/sh\n"), entry("app/current", tarfile.SYMTYPE, "run")):
                info.mode = 0o4755
                archive.addfile(info, io.BytesIO(content))
        output = self.succeed("deploy", """
            local ok, got = file_ops.unarchive{src = event.data.home .. "/app.tar.xz", dest = event.data.home .. "/new"}
            print(ok, got.changed, got.files, got.bytes)
        """, {"home": self.home.path})
        self.assertIn("true\ttrue\t2\t10", output)
        self.assertEqual(harness.read(self.path("new", "app", "current")), "#!/bin/sh\n")
        self.assertEqual(os.stat(self.path("new", "app", "run")).st_mode & 0o7777, 0o755)

    def test_the_log_hooks_in_circulation_run_unchanged(self):
        """Style A: a global function that logs with lineinfile, with a line break at the end of the line."""
        self.home.up()
        log = self.path("events.log")
        source = f"""
            function on_event()
                local text = string.format("task=%s code=%d\\n", event.task.task_name, event.task.exit_code)
                file_ops.lineinfile({{path = "{log}", line = text, create = true}})
                return true
            end
        """
        self.home.ok("hook", "add", "old", "--file", self.home.write("old.lua", source), "--event", "task.failed")
        for code in (1, 1, 2):
            self.home.dispatch_and_wait("task.failed", {"task": {"task_name": "deploy", "exit_code": code}})
        self.assertEqual(harness.read(log), "task=deploy code=1\ntask=deploy code=2\n")

    def test_a_wrong_call_fails_the_run_with_its_line(self):
        self.home.up()
        run = self.run_hook("wrong", "\n\nfile_ops.copy{src = '/a', dst = '/b'}")
        self.assertEqual(run["status"], "failed")
        self.assertRegex(run["error"], r"wrong\.lua:4: file_ops\.copy: there is no field `dst`: did you mean `dest`\?")


if __name__ == "__main__":
    harness.main()
