#!/usr/bin/env python3
"""Hostile hooks end at their timeout, and healthy ones beside them do not notice."""

import os

import harness

HOSTILE = {
    "loop": "while true do end",
    "pcall_loop": "while true do pcall(function() while true do end end) end",
    "pattern_bomb": '("a"):rep(30):find(("a?"):rep(30)..("a"):rep(30))',
}
RATE = 500  # healthy events a second
# The promise is 150 ms and 1.5 s; SLOTH_STRICT_TIMES=1 holds the run to it, on a machine that does nothing else. Otherwise
# the bounds only tell "not starved" and "was ended", which no neighbour of this test can take away.
STRICT = os.environ.get("SLOTH_STRICT_TIMES") == "1"
MAX_P99_MS = 150 if STRICT else 5_000
MAX_HOSTILE_US = 1_500_000 if STRICT else 10_000_000


class Containment(harness.Case):
    def test_hostile_hooks_time_out_while_healthy_runs_stay_fast(self):
        self.home.up()
        self.home.add_hook("healthy", "healthy", "state.set('last', event.data.n)\nreturn true")
        for name, body in HOSTILE.items():
            self.home.add_hook(name, f"hostile.{name}", body, "--timeout", "1s")
        sent = self.load()
        self.check_hostile()
        self.assertLess(self.check_healthy(sent), MAX_P99_MS, "p99 from accepted to recorded, ms")

    def load(self):
        feeder = harness.Feeder(self.home, lambda n: {"type": "healthy", "data": {"n": n}}, rate=RATE)
        harness.wait_until(lambda: feeder.sent >= RATE, 10, "the load is steady")
        for _ in range(2):
            for name in HOSTILE:
                self.home.dispatch(f"hostile.{name}")
            before = feeder.sent
            harness.wait_until(lambda: feeder.sent >= before + 3 * RATE, 20, "the load goes on")
        self.assertEqual(feeder.finish(), harness.OK, feeder.errors)
        self.home.drained(30)
        self.assertEqual(len(set(feeder.printed)), feeder.sent)
        return feeder.sent

    def check_hostile(self):
        rows = self.home.query(
            "SELECT e.type, x.status, e.processed_at - e.created_at, x.duration_ms FROM events e "
            "JOIN event_hook_executions x ON x.event_id = e.id WHERE e.type LIKE 'hostile.%'")
        ended = [row for row in rows if row[1] != "interrupted"]
        self.assertEqual(len(ended), 2 * len(HOSTILE), rows)
        for name, status, took, _ in ended:
            self.assertEqual(status, "timeout", rows)
            self.assertLess(took, MAX_HOSTILE_US, f"{name} was recorded late: {rows}")

    def check_healthy(self, sent):
        stored = self.home.query("SELECT status, count(*) FROM events WHERE type = 'healthy' GROUP BY status")
        self.assertEqual(stored, [("completed", sent)])
        runs = self.home.query("SELECT status, count(*) FROM event_hook_executions WHERE hook_name = 'healthy' "
                               "AND status <> 'interrupted' GROUP BY status")
        self.assertEqual(runs, [("success", sent)])
        took = [row[0] / 1000 for row in self.home.query(
            "SELECT processed_at - created_at FROM events WHERE type = 'healthy'")]
        p50, p99 = harness.percentile(took, 0.5), harness.percentile(took, 0.99)
        print(f"healthy runs: {len(took)}, accepted to recorded p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {max(took):.0f} ms")
        return p99

    def test_memory_output_and_depth_have_limits(self):
        self.home.up()
        self.home.add_hook("memory", "m", "local t = {}\nwhile true do t[#t + 1] = ('x'):rep(100000) .. #t end")
        self.home.add_hook("output", "o", "for i = 1, 100000 do print(('x'):rep(100)) end")
        self.home.add_hook("recursion", "r", "local function f() return 1 + f() end\nreturn f()")
        self.home.add_hook("chain", "chain", "assert(event.dispatch('chain', {}))")
        memory = self.home.dispatch_and_wait("m")["executions"][-1]
        self.assertEqual(memory["status"], "failed", memory.get("error"))
        self.assertIn("memory", memory["error"])
        output = self.home.dispatch_and_wait("o")["executions"][-1]
        self.assertEqual(output["status"], "success")
        self.assertLess(len(output["output"]), 300_000)
        self.assertIn("output cut at 256KiB", output["output"][-200:])
        self.assertRegex(self.home.dispatch_and_wait("r")["executions"][-1]["error"], "stack overflow|out of memory")
        self.home.dispatch("chain")
        self.home.drained(10)
        self.assertEqual(self.home.query("SELECT count(*), max(depth) FROM events WHERE type = 'chain'"), [(17, 16)])
        cut = self.home.logs("chain", "--only-failed", "--error")["executions"]
        self.assertIn("16", cut[0]["error"])

    def test_a_script_reaches_nothing_but_its_modules(self):
        self.home.env["API_TOKEN"] = "not for hooks"
        self.home.up()
        self.home.add_hook("nosy", "n", """
            local found = {}
            for _, name in ipairs({"io", "package", "loadfile", "dofile"}) do
                if _G[name] ~= nil then found[#found + 1] = name end
            end
            for _, name in ipairs({"execute", "remove", "rename", "exit", "tmpname", "setlocale"}) do
                if os[name] ~= nil then found[#found + 1] = "os." .. name end
            end
            for name in pairs(debug) do
                if name ~= "traceback" then found[#found + 1] = "debug." .. name end
            end
            if os.getenv("API_TOKEN") ~= nil then found[#found + 1] = "a variable that looks like a secret" end
            local ok = pcall(load, string.dump and string.dump(function() end) or "\\27Lua", "x", "b")
            return #found == 0, "reached " .. table.concat(found, " ")""")
        shown = self.home.dispatch_and_wait("n")["executions"][0]
        self.assertEqual(shown["status"], "success", shown.get("error"))

    def test_a_run_leaves_nothing_behind_for_the_next(self):
        self.home.up()
        self.home.add_hook("dirty", "d", """
            local was = leaked
            leaked = "yes"
            string.leaked = "yes"
            return was == nil and ("").stolen == nil, "a global came over from another run\"""")
        for _ in range(20):
            self.home.dispatch("d")
        self.home.drained(10)
        self.assertEqual(self.home.logs("dirty", "--only-failed")["total_shown"], 0)


if __name__ == "__main__":
    harness.main()
