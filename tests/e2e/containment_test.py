#!/usr/bin/env python3
"""What a hook has is bounded, what it reaches is its modules. Hostile hooks beside healthy ones: hostile_test.py."""

import harness


class Containment(harness.Case):
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
