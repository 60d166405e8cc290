"""Cases with a master, an agent of its own and a hook that writes down what it was given. Standard library only."""

import json
import os

import harness

TYPES = "file.*,dir.*,system.*,process.*,port.*,service.*,log.*,command.*,network.*"


class Watching(harness.Case):
    """`self.watch(...)` creates a watcher; `self.wait_for(type, ...)` is what a hook was then given."""

    def setUp(self):
        super().setUp()
        self.home.master()
        self.agent_home = self.new_home()
        self.agent = self.start_agent()
        self.home.add_hook("seen", TYPES, "  print(json.encode({type = event.type, data = event.data, "
                           "agent = event.agent_name}))\n  return true")
        self.folder = os.path.join(self.home.path, "watched")
        os.makedirs(self.folder)

    def start_agent(self):
        socket = self.home.status()["socket"]
        agent = self.agent_home.start("agent", "start", "--name", "web-01", "--master", f"unix:{socket}")
        self.addCleanup(agent.kill)

        def connected():
            if not agent.running():
                raise AssertionError(f"the agent ended:\n{agent.log()}")
            agents = {a["name"]: a["status"] for a in self.home.json("agent", "list")["items"]}
            return agents.get("web-01") == "connected"

        harness.wait_until(connected, 30, lambda: f"the agent is connected:\n{agent.log()}")
        return agent

    def watch(self, kind, when, *flags, interval="100ms"):
        """The watcher, at work: it has had its first look."""
        when = ["--when", when] if when else []
        return self.home.json("agent", "watcher", "create", "web-01", "--type", kind, *when, "--interval", interval,
                              *flags)

    def update(self, watcher, *flags):
        self.home.ok("agent", "watcher", "update", "web-01", watcher["id"], *flags)

    def status_of(self, watcher):
        return self.home.json("agent", "watcher", "get", "web-01", watcher["id"]).get("last_error", "")

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, text="x"):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def append(self, name, text):
        with open(self.path(name), "a", encoding="utf-8") as file:
            file.write(text)

    def seen(self):
        """What the hook was given: [(type, data)], in order."""
        rows = self.home.query("SELECT output, error FROM event_hook_executions WHERE hook_name = 'seen' ORDER BY id")
        out = []
        for output, error in rows:
            if error:
                raise AssertionError(f"the hook failed: {error}")
            given = json.loads(output.splitlines()[0])
            self.assertEqual(given["agent"], "web-01")
            out.append((given["type"], given["data"]))
        return out

    def count(self, kind):
        return sum(1 for each, _ in self.seen() if each == kind)

    def wait_for(self, kind, seconds=20, after=0, **wanted):
        """The data of the first event of this type (after so many of them) with these values."""

        def found():
            of_kind = [data for each, data in self.seen() if each == kind][after:]
            return [data for data in of_kind if all(data.get(key) == value for key, value in wanted.items())]

        return harness.wait_until(found, seconds, lambda: f"{kind} {wanted}; there is {self.seen()}")[0]

    def settled(self):
        """Events that are on their way have arrived."""
        self.home.dispatch_and_wait("settled")
        self.home.drained(20)
