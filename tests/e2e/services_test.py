#!/usr/bin/env python3
"""The service watcher: a real systemd over D-Bus where one can be had, else a stand-in that speaks the same interface.
Which it was is printed."""

import os

import harness
import systemd_beds
from watching import Watching


class Services(Watching):
    def setUp(self):
        home = self.new_home()
        self.systemd = systemd_beds.find(home.path)
        self.addCleanup(self.systemd.close)
        self.unit = f"sloth-e2e-{os.getpid()}.service"
        self.name = self.unit.removesuffix(".service")
        self.systemd.write(self.unit)
        super().setUp()

    def new_home(self):
        home = super().new_home()
        if getattr(self, "systemd", None) and self.systemd.address:
            home.env["DBUS_SYSTEM_BUS_ADDRESS"] = self.systemd.address
        return home

    def watch_service(self, when, *flags):
        """At work: systemd has told how the unit is."""
        watcher = self.watch("service", when, "--name", self.name, *flags, interval="200ms")

        def knows():
            return self.home.json("agent", "watcher", "get", "web-01", watcher["id"]).get("last_check") and \
                not self.status_of(watcher)

        harness.wait_until(knows, 10, lambda: self.status_of(watcher))
        self.settled()
        return watcher

    def test_a_service_starts_stops_restarts_and_fails(self):
        self.home.add_hook("service_status_changed", "service.status_changed",
                           "  for _, key in ipairs{'service_name', 'old_status', 'new_status'} do\n"
                           "    assert(event.data[key], event.type .. ' has no ' .. key)\n  end\n  return true")
        self.watch_service("started,stopped,failed,restarted")
        self.systemd.start(self.unit)
        started = self.wait_for("service.started", service_name=self.name)
        self.assertEqual((started["old_status"], started["new_status"]), ("inactive", "active"))
        self.systemd.restart(self.unit)
        self.wait_for("service.restarted")
        self.systemd.stop(self.unit)
        self.wait_for("service.stopped")
        self.systemd.start(self.unit)
        self.wait_for("service.started", after=1)
        self.systemd.crash(self.unit)
        failed = self.wait_for("service.failed")
        self.assertEqual((failed["result"], failed["exit_status"], failed["exited"]), ("signal", 11, False))
        self.settled()
        kinds = [kind for kind, _ in self.seen()]
        self.assertEqual(kinds, ["service.started", "service.restarted", "service.stopped", "service.started",
                                 "service.failed"])
        self.assertEqual(self.home.logs("service_status_changed")["success_count"], 5)

    def test_systemds_own_restarts_are_counted(self):
        self.systemd.write(self.unit, restart="always")
        self.systemd.start(self.unit)
        self.watch_service("restarted,failed,stopped")
        self.systemd.crash(self.unit)
        self.assertEqual(self.wait_for("service.restarted")["restarts"], 1)
        self.settled()
        self.assertEqual((self.count("service.restarted"), self.count("service.stopped")), (1, 0), self.seen())

    def test_a_change_of_the_unit_file_is_told(self):
        self.watch_service("reconfigured")
        self.systemd.write(self.unit, command="/bin/sleep 2000")
        self.wait_for("service.reconfigured", unit=self.unit)
        self.systemd.enable(self.unit)
        self.wait_for("service.reconfigured", unit_file_state="enabled", old_unit_file_state="disabled")
        self.systemd.disable(self.unit)
        self.wait_for("service.reconfigured", unit_file_state="disabled", old_unit_file_state="enabled")

    def test_what_happened_while_the_agent_was_down_is_told_as_inferred(self):
        self.systemd.start(self.unit)
        self.watch_service("stopped")
        self.agent.kill()
        self.systemd.stop(self.unit)
        self.start_agent()
        self.assertTrue(self.wait_for("service.stopped")["inferred"])

    def test_an_unknown_service_is_said_to_be_so_and_watched_once_it_is_there(self):
        self.name += "-later"
        watcher = self.watch("service", "started", "--name", self.name, interval="200ms")
        harness.wait_until(lambda: "no unit" in self.status_of(watcher), 10, lambda: self.status_of(watcher))
        self.systemd.write(self.name + ".service")
        harness.wait_until(lambda: not self.status_of(watcher), 10, lambda: self.status_of(watcher))
        self.systemd.start(self.name + ".service")
        self.wait_for("service.started")


class WithoutSystemd(Watching):
    def new_home(self):
        home = super().new_home()
        home.env["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={home.path}/no-bus"
        return home

    def test_a_machine_without_a_bus_says_so(self):
        self.assert_error(harness.USAGE, ["no system bus answers", "no-bus"], "agent", "watcher", "create", "web-01",
                          "--type", "service", "--name", "nginx", "--when", "failed")
        self.assertEqual(self.home.json("agent", "watcher", "list", "web-01"), {"items": []})


if __name__ == "__main__":
    harness.main()
