#!/usr/bin/env python3
"""Watchers from the master: live, while their agent is away, on many agents at once, from a file; and what is missed."""

import os
import signal

import harness
import watching


class Managing(watching.Watching):
    def state_of(self, watcher):
        return self.home.json("agent", "watcher", "get", "web-01", watcher["id"]).get("state")

    def listed(self):
        return self.home.json("agent", "watcher", "list", "web-01")["items"]

    def stop_agent(self):
        self.agent.kill()

        def gone():
            return self.home.json("agent", "get", "web-01")["status"] != "connected"

        harness.wait_until(gone, 20, "the agent is gone")

    def return_agent(self):
        self.agent = self.start_agent()

    def events_of(self, path):
        rows = self.home.query("SELECT type FROM events WHERE json_extract(data, '$.path') = ? ORDER BY seq", path)
        return [row[0] for row in rows]


class WhileTheAgentIsThere(Managing):
    def test_a_deleted_watcher_stops_and_the_others_go_on(self):
        gone = self.watch("file", "created", "--path", self.folder)
        other = os.path.join(self.home.path, "other")
        os.makedirs(other)
        self.watch("file", "created", "--path", other)
        self.put("first")
        self.wait_for("file.created", path=self.path("first"))
        said = self.home.ok("agent", "watcher", "delete", "web-01", gone["id"], "--yes").out
        self.assertIn("is deleted", said)
        self.put("second")
        after = os.path.join(other, "after")
        self.put(after)
        self.wait_for("file.created", path=after)
        self.assertEqual(self.events_of(self.path("second")), [])
        # Also in the agent's next life.
        self.stop_agent()
        self.return_agent()
        self.put("third")
        self.put(os.path.join(other, "later"))
        self.wait_for("file.created", path=os.path.join(other, "later"))
        self.assertEqual(self.events_of(self.path("third")), [])

    def test_a_label_stands_for_the_id_and_is_given_once(self):
        flags = ("--path", self.folder, "--label", "config")
        watcher = self.watch("file", "created", *flags)
        self.assertEqual(self.home.json("agent", "watcher", "get", "web-01", "config")["id"], watcher["id"])
        self.assert_error(harness.CONFLICT, "has a watcher 'config' already", "agent", "watcher", "create", "web-01",
                          "--type", "file", "--when", "created", *flags)
        self.home.ok("agent", "watcher", "update", "web-01", "config", "--interval", "1m")
        self.assertEqual(self.home.json("agent", "watcher", "get", "web-01", "config")["interval"], "1m")
        self.home.ok("agent", "watcher", "delete", "web-01", "config", "--yes")
        self.assertEqual(self.listed(), [])


class WhileTheAgentIsAway(Managing):
    def test_what_is_deleted_stops_when_it_returns(self):
        old = self.put("old")
        watcher = self.watch("file", "created", "--path", self.folder)
        kept = self.watch("file", "deleted", "--path", self.folder, "--label", "kept")
        self.stop_agent()
        said = self.home.ok("agent", "watcher", "delete", "web-01", watcher["id"], "--yes").out
        self.assertIn("when the agent returns", said)
        self.assertEqual({w["id"]: w["state"] for w in self.listed()},
                         {watcher["id"]: "deleting", kept["id"]: "offline"})
        self.return_agent()
        harness.wait_until(lambda: [w["id"] for w in self.listed()] == [kept["id"]], 10, "it is gone")
        new = self.put("new")
        os.unlink(old)
        self.wait_for("file.deleted", path=old)
        self.settled()
        self.assertEqual(self.events_of(new), [])

    def test_what_is_created_and_changed_is_at_work_when_it_returns(self):
        changed = self.watch("file", "deleted", "--path", self.folder)
        self.stop_agent()
        made = self.watch("file", "created", "--path", self.folder, "--label", "made")
        self.assertEqual(made["state"], "pending")
        self.home.ok("agent", "watcher", "update", "web-01", changed["id"], "--stack", "shop")
        self.return_agent()
        harness.wait_until(lambda: all(w["state"] == "active" for w in self.listed()), 10, lambda: self.listed())
        path = self.put("new")
        self.assertEqual(self.wait_for("file.created", path=path)["watcher_id"], made["id"])
        os.unlink(path)
        self.wait_for("file.deleted", path=path)
        rows = self.home.query("SELECT stack FROM events WHERE type = 'file.deleted'")
        self.assertEqual(rows, [("shop",)])

    def test_what_the_agent_cannot_do_is_said_in_the_list(self):
        self.stop_agent()
        self.watch("command", "changed", "--command", "true", "--label", "fine")
        self.watch("network", "up", "--name", "none9", "--label", "no-interface")
        self.watch("file", "created", "--path", os.path.join(self.folder, "nothing", "here"), "--label", "path")
        self.return_agent()
        harness.wait_until(lambda: {w["label"] for w in self.listed() if w["state"] == "active"} >= {"fine"}, 10,
                           lambda: self.listed())
        self.assertEqual({w["label"] for w in self.listed()}, {"fine", "no-interface", "path"})

    def test_an_agent_that_has_lost_its_file_gets_its_watchers_again(self):
        watcher = self.watch("file", "created", "--path", self.folder)
        self.stop_agent()
        for name in os.listdir(self.agent_home.data):
            if name.startswith("agent.db"):
                os.unlink(os.path.join(self.agent_home.data, name))
        self.return_agent()
        harness.wait_until(lambda: [w["id"] for w in self.listed()] == [watcher["id"]], 10, "it is there again")
        self.put("new")
        self.wait_for("file.created", path=self.path("new"))

    def test_an_unknown_agent_is_not_found(self):
        self.assert_error(harness.NOT_FOUND, "web-99", "agent", "watcher", "list", "web-99")
        self.assert_error(harness.NOT_FOUND, "web-99", "agent", "watcher", "create", "web-99", "--type", "memory",
                          "--when", "above", "--threshold", "90")


class FromHooks(Managing):
    def ran(self, hook):
        return [(e["success"], e["output"].strip()) for e in self.home.logs(hook, "--output")["executions"]]

    def test_a_hook_registers_a_watcher_once_and_removes_it(self):
        self.home.add_hook("register", "app.started", f"""
  local id, why = watcher.register.file{{path = "{self.folder}", when = {{"created"}}, label = "app",
    agent = event.data.agent, interval = event.data.interval}}
  print(id, why)
  return id ~= nil""")
        self.home.add_hook("forget", "app.stopped", "  print(watcher.remove('app', {agent = 'web-01'}))\n  return true")
        for _ in range(2):
            self.home.dispatch_and_wait("app.started", {"agent": "web-01"})
        watcher, = self.listed()
        self.assertEqual((watcher["label"], watcher["path"], watcher["interval"]), ("app", self.folder, "5s"))
        self.assertEqual(self.ran("register"), [(True, watcher["id"] + "\tnil")] * 2)
        self.home.dispatch_and_wait("app.started", {"agent": "web-01", "interval": "1m"})
        self.assertEqual([(w["id"], w["interval"]) for w in self.listed()], [(watcher["id"], "1m")])
        self.put("new")
        self.assertEqual(self.wait_for("file.created", path=self.path("new"))["watcher_id"], watcher["id"])
        self.home.dispatch_and_wait("app.started", {"agent": "web-99"})
        self.assertIn("no agent 'web-99'", self.ran("register")[0][1])
        self.home.dispatch_and_wait("app.stopped")
        self.assertEqual(self.ran("forget"), [(True, "true")])
        self.assertEqual(self.listed(), [])


class ManyAgents(watching.Watching):
    def setUp(self):
        super().setUp()
        socket = self.home.status()["socket"]
        for name, tag in (("web-02", "web"), ("db-01", "db")):
            agent = self.new_home().start("agent", "start", "--name", name, "--tag", tag, "--master", f"unix:{socket}")
            self.addCleanup(agent.kill)
        harness.wait_until(lambda: [a["status"] for a in self.home.json("agent", "list")["items"]] == ["connected"] * 3,
                           30, "three agents are connected")

    def watchers(self, *choice):
        return self.home.json("agent", "watcher", "list", *choice)["items"]

    def test_a_tag_chooses_some_and_all_agents_all(self):
        create = ("agent", "watcher", "create", "--type", "memory", "--when", "above", "--threshold", "99")
        made = self.home.json(*create, "--tag", "web")["items"]
        self.assertEqual([w["agent"] for w in made], ["web-02"])
        made = self.home.json(*create, "--all-agents", "--label", "all")["items"]
        self.assertEqual([w["agent"] for w in made], ["db-01", "web-01", "web-02"])
        self.assertEqual(len(self.watchers("--all-agents")), 4)
        self.assertEqual(len(self.watchers("--tag", "db")), 1)
        self.assert_error(harness.NOT_FOUND, "tag", *create, "--tag", "none")

    def test_a_file_is_applied_shown_first_and_is_the_truth_with_prune(self):
        file = self.home.write("watchers.yaml", f"""
watchers:
  - label: config
    type: file
    path: {self.folder}
    when: [created, changed]
    interval: 100ms
  - type: memory
    when: above
    threshold: 90%
""")
        apply = ("agent", "watcher", "apply", "--all-agents", "-f", file)
        plan = self.home.ok(*apply, "--dry-run").out
        self.assertIn("6 to create", plan)
        self.assertEqual(self.watchers("--all-agents"), [])
        asked = self.home.run(*apply)
        self.assertEqual(asked.code, harness.USAGE)
        self.assertIn("--yes", asked.err)
        self.assertEqual(self.watchers("--all-agents"), [])
        self.home.ok(*apply, "--yes")
        self.assertEqual(len(self.watchers("--all-agents")), 6)
        self.put("a.conf")
        agents = "SELECT agent FROM events WHERE type = 'file.created' ORDER BY agent"
        harness.wait_until(lambda: self.home.query(agents) == [("db-01",), ("web-01",), ("web-02",)], 20,
                           lambda: self.home.query(agents))
        self.assertIn("6 as they are", self.home.ok(*apply).out)

        file = self.home.write("watchers.yaml", "watchers:\n  - type: memory\n    when: above\n    threshold: 95%\n")
        self.assertIn("threshold: 90 -> 95", self.home.ok(*apply, "--dry-run").out)
        self.home.ok(*apply, "--yes")
        self.assertEqual(len(self.watchers("--all-agents")), 6)
        self.home.ok(*apply, "--prune", "--yes")
        left = self.watchers("--all-agents")
        self.assertEqual([(w["type"], w["threshold"]) for w in left], [("memory", 95)] * 3)


class WhatIsMissed(Managing):
    def verdict(self, watcher):
        done = self.home.run("agent", "watcher", "verify", "web-01", watcher["id"], "-o", "json")
        verdict = done.json()
        self.assertEqual(done.code, 0 if verdict["complete"] else 1)
        return verdict

    def test_a_record_is_complete_until_something_may_have_been_missed(self):
        watcher = self.watch("file", "created,deleted", "--path", self.folder)
        for n in range(5):
            self.put(f"f{n}")
        self.wait_for("file.created", path=self.path("f4"))
        verdict = harness.wait_until(lambda: [v for v in [self.verdict(watcher)] if v["complete"]], 10, "complete")[0]
        self.assertEqual((verdict["sequence"], verdict["stored"], verdict["waiting"]), (5, 5, 0))
        self.stop_agent()
        self.put("meanwhile")
        self.return_agent()
        told = self.wait_for("file.created", path=self.path("meanwhile"))
        self.assertTrue(told["inferred"])
        self.assertLess(told["doubt_from"], told["doubt_to"])
        self.assertEqual(told["watcher_sequence"], 6)
        verdict = harness.wait_until(lambda: [v for v in [self.verdict(watcher)] if v["stored"] == 6], 10, "stored")[0]
        self.assertFalse(verdict["complete"])
        self.assertEqual(verdict["missing"], [])
        self.assertIn("not running", verdict["doubts"][0]["reason"])
        self.assertIn("In Doubt", self.home.run("agent", "watcher", "verify", "web-01", watcher["id"]).out)

    def test_an_event_that_is_deleted_from_the_record_is_missed_by_verify(self):
        watcher = self.watch("file", "created", "--path", self.folder)
        for n in range(3):
            self.put(f"f{n}")
            self.wait_for("file.created", path=self.path(f"f{n}"))
        self.settled()
        event, = self.home.query("SELECT id FROM events WHERE json_extract(data, '$.watcher_sequence') = 2")
        self.home.ok("events", "delete", event[0], "--yes")
        self.assertEqual(self.verdict(watcher)["missing"], [{"from": 2, "to": 2}])

    def test_changes_without_the_master_are_told_in_order_and_once_when_it_is_back(self):
        self.watch("log", "", "--path", self.put("app.log", ""), "--pattern", "line")
        self.home.ok("hook", "disable", "seen")
        master = self.masters_process()
        master.signal(signal.SIGSTOP)
        for n in range(2_000):
            self.append("app.log", f"line {n}\n")
            if n == 1_000:
                self.agent.kill()
                socket_agent = self.agent_home.start("agent", "start", "--name", "web-01", "--master",
                                                     f"unix:{os.path.join(self.home.data, 'sloth-runner.sock')}")
                self.addCleanup(socket_agent.kill)
        master.signal(signal.SIGCONT)
        sql = "SELECT json_extract(data, '$.line') FROM events WHERE type = 'log.pattern_matched' ORDER BY seq"
        harness.wait_until(lambda: len(self.home.query(sql)) >= 2_000, 60, lambda: len(self.home.query(sql)))
        self.assertEqual([line for line, in self.home.query(sql)], [f"line {n}" for n in range(2_000)])
        numbers = self.home.query("SELECT json_extract(data, '$.watcher_sequence') FROM events "
                                  "WHERE type = 'log.pattern_matched' ORDER BY seq")
        self.assertEqual([n for n, in numbers], list(range(1, 2_001)))

    def masters_process(self):
        return self.home.daemons[0]


if __name__ == "__main__":
    harness.main()
