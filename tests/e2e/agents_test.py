#!/usr/bin/env python3
"""Agents: file watchers, the local agent of `up`, agents of their own over a socket and over loopback TCP."""

import json
import os
import signal

import harness


class Watching(harness.Case):
    def setUp(self):
        super().setUp()
        self.folder = os.path.join(self.home.path, "watched")
        os.makedirs(self.folder)

    def watch(self, agent, *flags, home=None):
        flags = flags or ("--path", self.folder, "--when", "created,changed,deleted")
        return (home or self.home).json("agent", "watcher", "create", agent, "--type", "file", *flags)

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def file_events(self, home=None, kind="file.%"):
        rows = (home or self.home).query("SELECT type, data, agent FROM events WHERE type LIKE ? ORDER BY seq", kind)
        return [(row[0], json.loads(row[1]), row[2]) for row in rows]

    def wait_for(self, event_type, path, seconds=10, home=None):
        def found():
            return [data for kind, data, _ in self.file_events(home) if kind == event_type and data["path"] == path]

        return harness.wait_until(found, seconds, lambda: f"{event_type} of {path}: {self.file_events(home)}")[0]


class LocalAgent(Watching):
    def test_a_change_of_a_file_runs_a_hook(self):
        self.home.up()
        self.home.ok("hook", "add", os.path.join(harness.EXAMPLES, "file_changed.lua"))
        agent = self.home.agent_name()
        self.watch(agent)
        path = self.put("app.conf", "one")
        created = self.wait_for("file.created", path)
        self.assertEqual(created["path"], path)
        with open(path, "a", encoding="utf-8") as file:
            file.write(" and two")
        modified = self.wait_for("file.modified", path)
        self.assertEqual(modified["new_size"], 11)
        os.unlink(path)
        self.wait_for("file.deleted", path)
        self.home.drained(10)
        logs = self.home.logs("file_changed", "--output")
        self.assertGreaterEqual(logs["success_count"], 3, logs)
        self.assertIn(path, logs["executions"][0]["output"])
        self.assertEqual({agent for _, _, agent in self.file_events()}, {agent})

    def test_contents_are_compared_when_that_was_asked(self):
        self.home.up()
        path = self.put("a.conf", "same size 1")
        stat = os.stat(path)
        self.watch(self.home.agent_name(), "--path", path, "--when", "changed", "--check-hash", "--interval", "200ms")
        self.put("a.conf", "same size 2")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        data = self.wait_for("file.modified", path)
        self.assertEqual(len(data["new_hash"]), 64)
        self.assertNotEqual(data["old_hash"], data["new_hash"])

    def test_a_renamed_file_is_told_as_such(self):
        self.home.up()
        old = self.put("old.txt", "x")
        self.watch(self.home.agent_name(), "--path", self.folder, "--when", "renamed")
        new = os.path.join(self.folder, "new.txt")
        os.rename(old, new)
        rows = harness.wait_until(lambda: self.file_events(kind="file.renamed"), 10, "file.renamed")
        self.assertEqual((rows[0][1]["old_path"], rows[0][1]["new_path"]), (old, new))

    def test_watchers_are_listed_shown_and_deleted(self):
        self.home.up()
        agent = self.home.agent_name()
        watcher = self.watch(agent)
        self.assertEqual([w["id"] for w in self.home.json("agent", "watcher", "list", agent)["items"]], [watcher["id"]])
        table = self.home.ok("agent", "watcher", "list", agent).out
        for word in ("file", self.folder, "5s", "active"):
            self.assertIn(word, table)
        self.assertEqual(self.home.json("agent", "watcher", "get", agent, watcher["id"])["path"], self.folder)
        self.home.ok("agent", "watcher", "delete", agent, watcher["id"], "--yes")
        self.assertEqual(self.home.json("agent", "watcher", "list", agent), {"items": []})
        self.assert_error(harness.NOT_FOUND, watcher["id"], "agent", "watcher", "get", agent, watcher["id"])
        self.put("after", "x")
        self.home.dispatch_and_wait("done")
        self.assertEqual(self.file_events(), [])

    def test_watchers_that_make_no_sense_are_refused(self):
        self.home.up()
        agent = self.home.agent_name()
        create = ["agent", "watcher", "create", agent, "--type"]
        self.assert_error(harness.USAGE, "path", *create, "file", "--when", "changed")
        self.assert_error(harness.USAGE, "changed", *create, "file", "--path", self.folder, "--when", "exploded")
        self.assert_error(harness.USAGE, "file", *create, "flie", "--path", self.folder, "--when", "changed")
        self.assertEqual(self.home.json("agent", "watcher", "list", agent), {"items": []})

    def test_no_second_agent_shares_the_data_folder(self):
        self.home.up()
        socket = self.home.status()["socket"]
        self.assert_error(harness.CONFLICT, "in use", "agent", "start", "--name", "web-01", "--master", f"unix:{socket}",
                          "--set", "lock_wait=100ms")

    def test_what_changed_while_the_agent_was_down_is_told_as_inferred(self):
        daemon = self.home.up()
        path = self.put("kept.txt", "one")
        self.watch(self.home.agent_name())
        self.assertEqual(daemon.stop(), harness.OK)
        self.put("kept.txt", "changed meanwhile")
        self.home.up()
        self.assertTrue(self.wait_for("file.modified", path).get("inferred"))
        self.assertEqual(len(self.file_events()), 1)


class RemoteAgent(Watching):
    def start_agent(self, name, address):
        home = self.new_home()
        daemon = home.start("agent", "start", "--name", name, "--master", address)
        self.addCleanup(daemon.kill)

        def connected():
            agents = {a["name"]: a["status"] for a in self.home.json("agent", "list")["items"]}
            return agents.get(name) == "connected"

        harness.wait_until(connected, 15, lambda: f"agent {name} is connected:\n{daemon.log()}")
        return home, daemon

    def exercise(self, address):
        home, agent = self.start_agent("web-01", address)
        self.home.ok("hook", "add", os.path.join(harness.EXAMPLES, "file_changed.lua"))
        self.watch("web-01")
        path = self.put("a", "one")
        self.wait_for("file.created", path)
        self.home.drained(10)
        self.assertEqual(self.file_events()[0][2], "web-01")
        self.assertGreaterEqual(self.home.logs("file_changed")["success_count"], 1)
        types = {row[0] for row in self.home.query("SELECT DISTINCT type FROM events WHERE agent = 'web-01'")}
        self.assertLessEqual({"agent.registered", "agent.connected"}, types)
        self.assertEqual(agent.stop(), harness.OK, agent.log())
        harness.wait_until(lambda: self.home.json("agent", "get", "web-01")["status"] != "connected", 10,
                           "the master sees that the agent is gone")
        self.assertEqual(self.home.query("SELECT count(*) FROM events WHERE type = 'agent.disconnected'"), [(1,)])

    def test_an_agent_works_over_the_socket(self):
        self.home.master()
        self.exercise(f"unix:{self.home.status()['socket']}")

    def test_an_agent_works_over_loopback_tcp(self):
        self.home.master("--listen", "127.0.0.1:0")
        address = self.home.status()["address"]
        self.assertRegex(address, r"^127\.0\.0\.1:[1-9]\d*$")
        self.exercise(address)

    def test_an_agent_killed_in_a_storm_of_changes_loses_and_repeats_nothing(self):
        master = self.home.master()
        address = f"unix:{self.home.status()['socket']}"
        home, agent = self.start_agent("web-01", address)
        self.watch("web-01", "--path", self.folder, "--when", "created")
        paths = [self.put(f"before-{n}", "x") for n in range(20)]
        self.wait_for("file.created", paths[-1])
        self.assertEqual(master.stop(), harness.OK)
        paths += [self.put(f"while-{n}", "x") for n in range(50)]

        def outbox_has_all():
            files = [name for name in os.listdir(home.data) if name.startswith("agent.db")]
            return any("while-49" in harness.read(os.path.join(home.data, name)) for name in files)

        harness.wait_until(outbox_has_all, 10, "the agent has seen all changes")
        agent.signal(signal.SIGKILL)
        agent.kill()
        self.home.master()
        second = home.start("agent", "start", "--name", "web-01", "--master", address)
        self.addCleanup(second.kill)
        self.wait_for("file.created", paths[-1], 20)
        last = self.put("last", "x")
        self.wait_for("file.created", last, 20)
        seen = [data["path"] for _, data, _ in self.file_events(kind="file.created")]
        self.assertEqual(sorted(seen), sorted([*paths, last]))
        self.assertEqual(second.stop(), harness.OK, second.log())

    def test_an_agent_comes_back_by_itself_when_the_master_does(self):
        master = self.home.master()
        address = f"unix:{self.home.status()['socket']}"
        _, agent = self.start_agent("web-01", address)
        master.kill()
        self.home.master()

        def connected():
            return self.home.json("agent", "get", "web-01")["status"] == "connected"

        harness.wait_until(connected, 20, lambda: agent.log())
        self.assertTrue(agent.running())
        self.assertEqual(agent.stop(), harness.OK, agent.log())


class Addresses(harness.Case):
    def test_an_address_outside_this_machine_is_refused_with_a_reason(self):
        for args in (["up", "--listen", "0.0.0.0:0"], ["master", "start", "--listen", "192.0.2.1:50051"],
                     ["agent", "start", "--name", "a", "--master", "192.0.2.1:50051"],
                     ["agent", "start", "--name", "a", "--master", "example.org:50051"]):
            self.assert_error(harness.REFUSED, ["outside this machine", "127.0.0.1"], *args, seconds=10)

    def test_up_opens_no_port_unless_asked(self):
        daemon = self.home.up()
        self.assertEqual(self.home.status().get("address", ""), "")
        listening = []
        sockets = {os.readlink(f"/proc/{daemon.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{daemon.pid}/fd")
                   if os.path.islink(f"/proc/{daemon.pid}/fd/{fd}")}
        for table in ("tcp", "tcp6", "udp", "udp6"):
            with open(f"/proc/net/{table}", encoding="ascii") as file:
                for line in list(file)[1:]:
                    if f"socket:[{line.split()[9]}]" in sockets:
                        listening.append(line)
        self.assertEqual(listening, [])

    def test_the_socket_is_the_owners_alone(self):
        self.home.up()
        self.assertEqual(os.stat(self.home.status()["socket"]).st_mode & 0o777, 0o600)

    def test_a_long_data_folder_gets_its_socket_elsewhere(self):
        self.home.data = os.path.join(self.home.path, "d" * 120, "data")
        self.home.env["SLOTH_RUNNER_DATA_DIR"] = self.home.data
        self.home.up()
        self.assertLess(len(self.home.status()["socket"]), 108)
        self.home.dispatch("a")


if __name__ == "__main__":
    harness.main()
