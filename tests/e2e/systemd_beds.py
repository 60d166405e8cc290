"""A systemd to watch services of: the machine's own, one of the test's own (`systemd --user` in namespaces of its own), or
a stand-in on a private bus. `find()` gives the first that can be had, and says which. Standard library only."""

import os
import shutil
import subprocess
import sys
import time

import dbus_peer

UNIT_TEXT = "[Unit]\nDescription=a test\n[Service]\nExecStart={command}\nRestart={restart}\nRestartSec=100ms\n" \
            "[Install]\nWantedBy=default.target\n"
START = """
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system
env -i PATH="$PATH" XDG_RUNTIME_DIR="$1/run" HOME="$1" SYSTEMD_LOG_TARGET=null /lib/systemd/systemd --user &
echo $! >"$1/pid"
wait
"""


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, **more)


class Real:
    """What is the same for every real one: `self.systemctl`, and a folder for unit files."""

    def write(self, unit, command="/bin/sleep 1000", restart="no"):
        with open(os.path.join(self.units, unit), "w", encoding="utf-8") as file:
            file.write(UNIT_TEXT.format(command=command, restart=restart))
        self.systemctl("daemon-reload")

    def systemctl(self, *args):
        done = run(*self.command, *args)
        if done.returncode != 0:
            raise AssertionError(f"systemctl {' '.join(args)}: {done.stderr}")

    def start(self, unit):
        self.systemctl("start", unit)

    def stop(self, unit):
        self.systemctl("stop", unit)

    def restart(self, unit):
        self.systemctl("restart", unit)

    def crash(self, unit):
        self.systemctl("kill", "--signal=SEGV", unit)

    def disable(self, unit):
        self.systemctl("disable", unit)

    def enable(self, unit):
        self.systemctl("enable", unit)


class TheMachines(Real):
    name = "the machine's own systemd"
    address = None

    def __init__(self, _folder):
        if os.geteuid() != 0 or not os.path.isdir("/run/systemd/system"):
            raise OSError("this machine was not booted with systemd, or we are not root")
        self.command = ["systemctl"]
        self.units = "/run/systemd/system"
        self.written = []
        self.systemctl("show", "--property=Version")

    def write(self, unit, *args, **more):
        self.written.append(unit)
        super().write(unit, *args, **more)

    def close(self):
        for unit in self.written:
            run("systemctl", "stop", unit)
            run("systemctl", "disable", unit)
            os.unlink(os.path.join(self.units, unit))
        run("systemctl", "daemon-reload")


class OfItsOwn(Real):
    name = "a systemd of the test's own (systemd --user)"

    def __init__(self, folder):
        self.folder = folder
        self.units = os.path.join(folder, ".config", "systemd", "user")
        os.makedirs(self.units)
        os.mkdir(os.path.join(folder, "run"), 0o700)
        self.process = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c",
                                         START, "sh", folder], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        bus = os.path.join(folder, "run", "bus")
        self.address = f"unix:path={bus}"
        try:
            self.wait_for(lambda: os.path.exists(bus), "its bus")
            inner = self.find_inner()
            self.command = ["nsenter", "-t", inner, "--mount", "--pid", "env", f"XDG_RUNTIME_DIR={folder}/run", f"HOME={folder}",
                            "systemctl", "--user"]
            self.wait_for(lambda: run(*self.command, "start", "dbus.service").returncode == 0, "systemctl")
        except OSError:
            self.close()
            raise

    def wait_for(self, ready, what):
        end = time.monotonic() + 10
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise OSError(f"no systemd could be started here: {what} did not appear")
            time.sleep(0.05)

    def find_inner(self):
        """The pid, as it is out here, of the shell that is the first process inside."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children, encoding="ascii") as file:
            return file.read().split()[0]

    def close(self):
        self.process.kill()
        self.process.wait()


class StandIn:
    name = "a stand-in on a private bus: no systemd could be had here"

    CONFIG = ("<busconfig><type>session</type><listen>{address}</listen><policy context='default'>"
              "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy></busconfig>")

    def __init__(self, folder):
        path = os.path.join(folder, "bus")
        self.address = f"unix:path={path}"
        self.units = folder
        config = os.path.join(folder, "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(self.CONFIG.format(address=self.address))
        self.process = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork"], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        try:
            self.peer = self.connect(path)
        except (OSError, AssertionError):
            self.process.kill()
            self.process.wait()
            raise
        self.invocation = 0
        self.policy = {}

    @staticmethod
    def connect(path):
        end = time.monotonic() + 10
        while not os.path.exists(path):
            if time.monotonic() > end:
                raise OSError("dbus-daemon did not start")
            time.sleep(0.02)
        return dbus_peer.Peer(path)

    def write(self, unit, command="/bin/sleep 1000", restart="no"):
        path = os.path.join(self.units, unit)
        with open(path, "w", encoding="utf-8") as file:
            file.write(UNIT_TEXT.format(command=command, restart=restart))
        new = unit not in self.policy
        self.policy[unit] = restart
        self.peer.change(unit, {"NRestarts": ("u", 0), "Result": ("s", "success")} if new else {},
                         {"LoadState": ("s", "loaded"), "FragmentPath": ("s", path), "DropInPaths": ("as", []),
                          **({"UnitFileState": ("s", "disabled"), "ActiveState": ("s", "inactive")} if new else {})})
        for active in (True, False):
            self.peer.signal(dbus_peer.MANAGER, dbus_peer.SYSTEMD + ".Manager", "Reloading", "b", [active])

    def go(self, unit, active, sub, **own):
        invocation = {"InvocationID": ("ay", [self.invocation] * 16)}
        self.peer.change(unit, own, {"ActiveState": ("s", active), "SubState": ("s", sub), **invocation})

    def start(self, unit):
        self.invocation += 1
        self.go(unit, "activating", "start")
        self.go(unit, "active", "running", MainPID=("u", 4242), Result=("s", "success"))

    def stop(self, unit):
        self.go(unit, "deactivating", "stop-sigterm")
        self.go(unit, "inactive", "dead", MainPID=("u", 0))

    def restart(self, unit):
        self.stop(unit)
        self.start(unit)

    def crash(self, unit):
        died = {"Result": ("s", "signal"), "ExecMainCode": ("i", 2), "ExecMainStatus": ("i", 11), "MainPID": ("u", 0)}
        if self.policy[unit] == "no":
            self.go(unit, "failed", "failed", **died)
            return
        self.go(unit, "failed", "failed", **died)
        self.go(unit, "activating", "auto-restart", NRestarts=("u", 1))
        self.go(unit, "inactive", "dead", Result=("s", "success"))
        self.invocation += 1
        self.go(unit, "active", "running", MainPID=("u", 4243))

    def set_file_state(self, unit, state):
        self.peer.units[self.peer.path_of(unit)][dbus_peer.UNIT]["UnitFileState"] = ("s", state)
        self.peer.signal(dbus_peer.MANAGER, dbus_peer.SYSTEMD + ".Manager", "UnitFilesChanged")

    def disable(self, unit):
        self.set_file_state(unit, "disabled")

    def enable(self, unit):
        self.set_file_state(unit, "enabled")

    def close(self):
        self.peer.close()
        self.process.kill()
        self.process.wait()


def find(folder):
    """SLOTH_TEST_SYSTEMD=TheMachines|OfItsOwn|StandIn takes one of them."""
    wanted = os.environ.get("SLOTH_TEST_SYSTEMD")
    for kind in (TheMachines, OfItsOwn, StandIn):
        if wanted and kind.__name__ != wanted:
            continue
        place = os.path.join(folder, kind.__name__)
        os.makedirs(place, 0o700)
        try:
            bed = kind(place)
        except (OSError, AssertionError) as error:
            if wanted:
                raise
            print(f"not {kind.name}: {error}", file=sys.stderr)
            shutil.rmtree(place, ignore_errors=True)
            continue
        print(f"services of {bed.name}", file=sys.stderr)
        return bed
    raise OSError("neither systemd nor dbus-daemon can be had here")
