#!/usr/bin/env python3
"""Kills the master and its children at random moments under load, again and again, and then counts.

    tests/crash/kill_rounds.py [ROUNDS] [--seed N]      50 rounds by default; prints its seed

Each round: `up`, `events dispatch --file - -o jsonl` at full speed with a hook that does state.increment, kill -9 of
the whole process group at a random moment. At the end: every id that was printed is in the store, every event has one
final state and one successful run, every counter equals the number of its events, and the database is sound.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import harness  # noqa: E402

KEYS = 7


def one_round(home, rng, number):
    daemon = home.up()
    if number == 0:
        home.add_hook("count", "tick", 'state.increment("n:" .. event.data.key)\nreturn true')
        home.add_hook("report", "report", "print(json.encode(state.keys('n:')))")
    feeder = harness.Feeder(home, lambda n: {"type": "tick", "data": {"key": f"k{n % KEYS}", "round": number}})
    alive = rng.uniform(0.05, 1.2)
    time.sleep(alive)
    daemon.kill()
    begin = time.monotonic()
    code = feeder.wait(10)
    noticed = time.monotonic() - begin
    assert code == harness.UNREACHABLE, f"round {number}: events dispatch ended with {code}: {feeder.errors}"
    assert noticed < 3, f"round {number}: events dispatch ended {noticed:.1f} s after the master"
    print(f"round {number}: killed after {alive:.2f} s, {len(feeder.printed)} ids printed", flush=True)
    return feeder.printed


def check(home, printed):
    daemon = home.up()
    home.drained(180)
    status = dict(home.query("SELECT id, status FROM events WHERE type = 'tick'"))
    lost = [event for event in printed if event not in status]
    assert not lost, f"{len(lost)} of {len(printed)} printed ids are not in the store, for example {lost[:3]}"
    assert set(status.values()) == {"completed"}, sorted(set(status.values()))
    ends = home.query("SELECT count(*) FROM (SELECT event_id FROM event_hook_executions WHERE hook_name = 'count' AND "
                      "status = 'success' GROUP BY event_id HAVING count(*) = 1)")[0][0]
    assert ends == len(status), f"{len(status)} events, {ends} with exactly one successful run"
    wanted = dict(home.query("SELECT 'n:' || json_extract(data, '$.key'), count(*) FROM events WHERE type = 'tick' "
                             "GROUP BY 1"))
    report = home.dispatch_and_wait("report")["executions"][0]
    counters = json.loads(report["output"].strip().splitlines()[0])
    assert counters == wanted, f"counters {counters}, events {wanted}"
    recovered = home.query("SELECT count(*) FROM events WHERE recoveries > 0")[0][0]
    assert daemon.stop() == harness.OK, daemon.log()
    sound = subprocess.run(["sqlite3", os.path.join(home.data, "master.db"), "PRAGMA integrity_check"],
                           capture_output=True, text=True, timeout=120).stdout.strip()
    assert sound == "ok", sound
    print(f"{len(printed)} ids printed, {len(status)} events stored, {recovered} recovered: none lost, counters exact, "
          "integrity ok", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.rounds} rounds", flush=True)
    rng = random.Random(options.seed)
    home = harness.Home()
    try:
        printed = []
        for number in range(options.rounds):
            printed += one_round(home, rng, number)
        check(home, printed)
    except AssertionError as error:
        print(f"FAILED with seed {options.seed}: {error}", file=sys.stderr)
        for daemon in home.daemons[-1:]:
            print(daemon.log(), file=sys.stderr)
        return 1
    finally:
        home.close()
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
