#!/usr/bin/env python3
"""An agent without its master: what 10 minutes at 20 events a second leave, with a kill of the agent in between.

    bench/partition.py BINARY [EVENTS]

The time is compressed: the same 12,000 events are made as fast as the agent takes them. Then the master starts, and what
is counted is the time until it has stored the last one. Fails if one is missing, doubled or out of its order.
"""

import os
import sys
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))


def main():
    os.environ["SLOTH_BINARY"] = os.path.abspath(sys.argv[1])
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 12_000
    sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
    import harness  # pylint: disable=import-outside-toplevel

    home, agent_home = harness.Home(), harness.Home()
    try:
        return measure(harness, home, agent_home, events)
    finally:
        agent_home.close()
        home.close()


def measure(harness, home, agent_home, events):
    master = home.master()
    socket = home.status()["socket"]

    def start_agent():
        return agent_home.start("agent", "start", "--name", "web-01", "--master", f"unix:{socket}")

    agent = start_agent()
    harness.wait_until(lambda: [a["status"] for a in home.json("agent", "list")["items"]] == ["connected"], 30, agent.log)
    log = home.write("app.log", "")
    home.ok("agent", "watcher", "create", "web-01", "--type", "log", "--path", log, "--pattern", "line")
    master.stop()
    waiting = "SELECT count(*) FROM outbox"
    with open(log, "a", encoding="ascii") as file:
        for n in range(events):
            file.write(f"line {n}\n")
            if n % 20 == 0:
                file.flush()
            if n == events // 2:
                file.flush()
                agent.kill()
                agent = start_agent()
    harness.wait_until(lambda: count(agent_home, waiting) >= events, 60, lambda: f"{count(agent_home, waiting)} wait")
    home.master()
    begin = time.monotonic()
    stored = "SELECT count(*) FROM events WHERE type = 'log.pattern_matched'"
    harness.wait_until(lambda: home.query(stored)[0][0] >= events, 120, lambda: home.query(stored))
    took = time.monotonic() - begin
    lines = [line for line, in home.query(
        "SELECT json_extract(data, '$.line') FROM events WHERE type = 'log.pattern_matched' ORDER BY seq")]
    assert lines == [f"line {n}" for n in range(events)], "lost, doubled or out of order"
    print(f"{events} events of an agent without its master, the agent killed in between: none lost, none doubled, in their "
          f"order; caught up {took:.2f} s after the master was ready (limit 5 s)")
    return 0


def count(home, sql):
    import sqlite3  # pylint: disable=import-outside-toplevel

    database = sqlite3.connect(f"file:{os.path.join(home.data, 'agent.db')}?mode=ro", uri=True, timeout=10)
    try:
        return database.execute(sql).fetchone()[0]
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(main())
