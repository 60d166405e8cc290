#!/usr/bin/env python3
"""What people do with hooks beside running them: approve, lint, try, begin one; and the secrets that hooks read."""

import base64
import os
import stat
import urllib.parse

import harness

ENCODED = "s3cret+value/with=more"  # 22 bytes: base64 of it ends in the middle of a group
VALUE = "correct/horse+battery"  # 21 bytes: base64 of it has no rest


class Approval(harness.Case):
    SOURCE = "return {{ event_type = 'job.done', permissions = {{ {} }}, execute = function() {} end }}\n"

    def setUp(self):
        super().setUp()
        self.home.up()
        self.path = self.write("files = {'/srv/app'}", "print('first')")
        self.home.ok("hook", "add", self.path)

    def write(self, permissions, body):
        return self.home.write("hooks/worker.lua", self.SOURCE.format(permissions, body))

    def hook(self):
        return self.home.json("hook", "get", "worker")

    def run_hook(self):
        run = self.home.dispatch_and_wait("job.done")["executions"][0]
        self.assertEqual(run["status"], "success", run)
        return run["output"].strip()

    def wait_for(self, ready, what):
        harness.wait_until(lambda: ready(self.hook()), 10, lambda: f"{what}: {self.hook()}")

    def test_a_version_that_asks_for_more_waits_and_the_old_one_runs_until_it_is_approved(self):
        self.write("files = {'/srv/app'}, exec = true", "print(exec.run('echo second').stdout)")
        self.wait_for(lambda hook: hook.get("pending_hash"), "the new version waits")
        waiting = self.hook()
        self.assertEqual(waiting["version"], 1)
        self.assertEqual(waiting["permissions"], {"files": ["/srv/app"]})
        for words in ("asks for more: exec", "version 1 keeps running", "hook approve worker"):
            self.assertIn(words, waiting["last_error"])
        self.assertIn("asks for more: exec", self.home.ok("hook", "list").out)
        self.assertEqual(self.run_hook(), "first")

        self.assertIn("Version 2", self.home.ok("hook", "approve", "worker").out)
        approved = self.hook()
        self.assertEqual(approved["permissions"], {"exec": True, "files": ["/srv/app"]})
        self.assertNotIn("pending_hash", approved)
        self.assertNotIn("last_error", approved)
        self.assertEqual(self.run_hook(), "second")

    def test_a_waiting_version_outlives_the_master(self):
        self.write("files = {'/srv/app', '/etc'}", "print('second')")
        self.wait_for(lambda hook: hook.get("pending_hash"), "the new version waits")
        self.home.daemons[-1].stop()
        self.home.up()
        self.assertEqual(self.run_hook(), "first")
        self.home.ok("hook", "approve", "worker")
        self.assertEqual(self.run_hook(), "second")

    def test_a_waiting_version_is_forgotten_when_the_next_one_asks_for_no_more(self):
        self.write("files = {'/srv/app', '/etc'}", "print('second')")
        self.wait_for(lambda hook: hook.get("pending_hash"), "the new version waits")
        self.write("files = {'/srv/app'}", "print('third')")
        self.wait_for(lambda hook: hook["version"] == 2, "a version that asks for no more runs")
        self.assertEqual(self.run_hook(), "third")
        self.assert_error(harness.CONFLICT, "no version of the hook 'worker' waits", "hook", "approve", "worker")

    def test_a_version_that_asks_for_less_needs_nobody(self):
        self.write("", "print('second')")
        self.wait_for(lambda hook: hook["version"] == 2, "the new version runs")
        self.assertEqual(self.run_hook(), "second")

    def test_there_is_nothing_to_approve_otherwise(self):
        self.assert_error(harness.CONFLICT, "no version of the hook 'worker' waits", "hook", "approve", "worker")
        self.assert_error(harness.NOT_FOUND, "no hook 'nobody'", "hook", "approve", "nobody")

    def test_a_file_that_others_can_write_is_not_loaded(self):
        os.chmod(self.path, 0o666)
        self.write("files = {'/srv/app'}", "print('foreign')")
        self.wait_for(lambda hook: "everybody can write" in hook.get("last_error", ""), "it says why")
        self.assertIn("version 1 keeps running", self.hook()["last_error"])
        self.assertEqual(self.run_hook(), "first")
        os.chmod(self.path, 0o644)
        self.wait_for(lambda hook: hook["version"] == 2, "the file is trusted again")
        self.assertEqual(self.run_hook(), "foreign")

    def test_a_file_in_a_folder_that_others_can_write_is_not_loaded(self):
        os.chmod(os.path.dirname(self.path), 0o777)
        self.write("files = {'/srv/app'}", "print('foreign')")
        self.wait_for(lambda hook: "can write" in hook.get("last_error", ""), "it says why")
        self.assertEqual(self.run_hook(), "first")

    def test_adding_a_file_that_others_can_write_warns(self):
        os.chmod(self.path, 0o666)
        added = self.home.ok("hook", "add", "second", "--file", self.path)
        self.assertIn("everybody can write", added.err)


class Refusals(harness.Case):
    def refused(self, permissions, body, *flags):
        """The record of a run."""
        name = f"h{self.count}"
        self.count += 1
        path = self.home.write(f"{name}.lua", f"return {{ permissions = {{ {permissions} }}, event_type = '{name}.x', "
                                              f"execute = function() {body} end }}\n")
        self.home.ok("hook", "add", path, *flags)
        return self.home.dispatch_and_wait(f"{name}.x")["executions"][0]

    def test_each_is_in_the_record_and_names_the_permission(self):
        self.count = 0
        self.home.up()
        self.home.ok("secret", "set", "other", text=VALUE)
        for permissions, body, words in (
                ("files = {'/srv'}", "exec.run('touch /srv/x')", ("exec.run", "not permitted", "`exec`")),
                ("exec = true", "file.read('/etc/hostname')", ("file.read", "not permitted", "`files`")),
                ("files = {'/srv'}", "file.read('/etc/hostname')", ("file.read", "outside the files", "/srv")),
                ("secrets = {'deploy_*'}", "secret.get('other')", ("secret.get", "not permitted", "other"))):
            run = self.refused(permissions, body)
            self.assertEqual(run["status"], "failed", run)
            for word in (*words, ".lua:1:"):
                self.assertIn(word, run["error"])
        run = self.refused("network = {'example.com'}", "print(http.get('http://127.0.0.1:1/'))")
        for word in ("nil", "not permitted", "network"):
            self.assertIn(word, run["output"])
        run = self.refused("exec = true", "exec.run('true')", "--profile", "pure")
        self.assertIn("not permitted", run["error"])

    def test_limits_below_the_least_are_refused(self):
        self.home.up()
        path = self.home.write("h.lua", "function on_event() end\n")
        for flag, value, words in (("--memory", "1KiB", "at least 256KiB"), ("--output-limit", "1", "at least 1KiB"),
                                   ("--timeout", "0s", "longer than 0s")):
            self.assert_error(harness.USAGE, words, "hook", "add", path, "--event", "a.b", flag, value)


class Secrets(harness.Case):
    def setUp(self):
        super().setUp()
        self.daemon = self.home.up()

    def key(self):
        with open(os.path.join(self.home.data, "keys", "secrets.key"), "rb") as file:
            return file.read()

    def names(self):
        return [(item["name"], item.get("stack", "")) for item in self.home.json("secret", "list")["items"]]

    def test_they_are_set_read_listed_and_removed(self):
        self.home.ok("secret", "set", "token", text=VALUE)
        self.home.ok("secret", "set", "token", "--stack", "prod", text="of production")
        self.assertEqual(sorted(self.names()), [("token", ""), ("token", "prod")])
        self.assertNotIn(VALUE, self.home.ok("secret", "list", "-o", "json").out)
        self.assertEqual(self.home.ok("secret", "get", "token").out, VALUE + "\n")
        self.assertEqual(self.home.ok("secret", "get", "token", "--stack", "prod").out, "of production\n")
        reads = self.home.json("events", "list", "--type", "secret.accessed")["items"]
        self.assertEqual({read["data"]["namespace"] for read in reads}, {"", "prod"})
        self.assertEqual({read["data"]["accessed_by"] for read in reads}, {"operator"})

        self.home.ok("secret", "remove", "token", "--stack", "prod", "--yes")
        self.assertEqual(self.names(), [("token", "")])
        self.home.ok("secret", "remove", "token", "--yes")
        self.assert_error(harness.NOT_FOUND, "no secret 'token'", "secret", "get", "token")
        self.assert_error(harness.NOT_FOUND, "token", "secret", "remove", "token", "--yes")

    def test_a_value_is_no_argument(self):
        self.assertEqual(self.home.run("secret", "set", "token", VALUE, text="").code, harness.USAGE)
        self.assertEqual(self.names(), [])

    def test_they_are_sealed_at_rest_under_a_key_of_the_services_own(self):
        self.home.ok("secret", "set", "token", text=VALUE)
        key = os.path.join(self.home.data, "keys", "secrets.key")
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o400)
        self.daemon.stop()
        for folder, _, files in os.walk(self.home.data):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(VALUE.encode(), file.read(), name)

    def test_rotation_changes_the_key_and_no_value(self):
        self.home.ok("secret", "set", "token", text=VALUE)
        self.home.ok("secret", "set", "other", text="another value")
        before = self.key()
        self.assertIn("2 secrets", self.home.ok("secret", "rotate").out)
        self.assertNotEqual(self.key(), before)
        self.home.add_hook("reads", "a.b", f"return secret.get('token') == '{VALUE}'")
        self.assertTrue(self.home.dispatch_and_wait("a.b")["executions"][0]["success"])
        self.daemon.stop()
        self.home.up()
        self.assertEqual(self.home.ok("secret", "get", "other").out, "another value\n")
        self.assertTrue(self.home.dispatch_and_wait("a.b")["executions"][0]["success"])

    def test_values_are_redacted_from_all_that_a_run_leaves(self):
        self.home.ok("secret", "set", "token", text=VALUE)
        self.home.ok("secret", "set", "odd", text=ENCODED)
        self.home.add_hook("tells", "a.b", """
            local v, odd = secret.get("token"), secret.get("odd")
            print("plain " .. v)
            print("base64 " .. crypto.base64_encode(v))
            print("login " .. crypto.base64_encode("me:" .. v))
            print("odd " .. crypto.base64_encode(odd))
            print("url " .. http.url_encode(v))
            print("hex " .. crypto.hex_encode(v))
            print(json.encode({v = v}))
            log.error("logged " .. v)
            event.dispatch("told.all", {v = v, url = http.url_encode(odd)})
            error("raised " .. v)
        """)
        shown = self.home.dispatch_and_wait("a.b")
        run = shown["executions"][0]
        lines = run["output"].splitlines()
        for line in ("plain [secret token]", "base64 [secret token]", "url [secret token]", "hex [secret token]",
                     '{"v":"[secret token]"}', "[ERROR] logged [secret token]"):
            self.assertIn(line, lines)
        self.assertIn("raised [secret token]", run["error"])
        self.home.drained()
        told = self.home.json("events", "list", "--type", "told.all")["items"][0]["data"]
        self.assertEqual(told, {"v": "[secret token]", "url": "[secret odd]"})

        forms = [VALUE, base64.b64encode(VALUE.encode()).decode(), urllib.parse.quote(VALUE, safe=""),
                 VALUE.encode().hex(), base64.b64encode(ENCODED.encode()).decode()[:24],
                 base64.b64encode(("me:" + VALUE).encode()).decode()[4:28]]
        texts = [str(shown), self.daemon.log(), str(self.home.query("SELECT output, error FROM event_hook_executions")),
                 str(self.home.query("SELECT data, error FROM events")), str(self.home.query(
                     "SELECT answer FROM effect_journal")), self.home.ok("hook", "logs", "tells", "--output",
                                                                         "--error").out]
        for text in texts:
            for form in forms:
                self.assertNotIn(form, text)
        reads = [e["data"] for e in self.home.json("events", "list", "--type", "secret.accessed")["items"]]
        self.assertEqual({(r["secret_name"], r["accessed_by"]) for r in reads},
                         {("token", "hook:tells"), ("odd", "hook:tells")})


class Tools(harness.Case):
    TEMPLATES = ("basic", "command", "deploy", "scale", "slack", "webhook")

    def test_lint_names_unknown_globals_and_modules(self):
        path = self.home.write("bad.lua", "local y = require('htp')\n"
                                          "function on_event(e)\n  print(jsn.encode(e.data))\nend\n")
        result = self.home.run("hook", "lint", path)
        self.assertEqual(result.code, harness.FAILED, result)
        self.assertIn(f"{path}:1: error: there is no module 'htp': did you mean 'http'?", result.out)
        self.assertIn(f"{path}:3: warning: unknown global 'jsn': did you mean 'json'?", result.out)
        items = self.home.run("hook", "lint", path, "-o", "json").json()["items"]
        self.assertEqual({item["line"] for item in items}, {1, 3})

    def test_lint_says_nothing_about_good_hooks(self):
        for name in sorted(os.listdir(harness.EXAMPLES)):
            result = self.home.ok("hook", "lint", os.path.join(harness.EXAMPLES, name))
            self.assertEqual(result.out, "")

    def test_lint_shows_a_syntax_error_with_its_line(self):
        path = self.home.write("broken.lua", "local x = 1\nfunction on_event(\nend\n")
        result = self.home.run("hook", "lint", path)
        self.assertEqual(result.code, harness.FAILED, result)
        self.assertIn(f"{path}:3: error:", result.out)

    def test_every_template_is_a_hook_that_works(self):
        self.home.up()
        self.home.ok("secret", "set", "slack_webhook_url", text="http://127.0.0.1:1/hook")
        for template in self.TEMPLATES:
            path = os.path.join(self.home.path, f"{template}.lua")
            self.home.ok("hook", "new", f"my_{template}", "--event", "job.done", "--template", template, "-f", path)
            self.assertEqual(self.home.ok("hook", "lint", path).out, "")
            added = self.home.json("hook", "add", path)
            self.assertEqual((added["name"], added["event_types"]), (f"my_{template}", ["job.done"]))
            tried = self.home.json("hook", "test", f"my_{template}", "--dry-run")
            self.assertEqual(tried["status"], "success", tried)
            self.assertNotIn("127.0.0.1:1", str(tried), "a dry run reads no secret")
        error = self.assert_error(harness.USAGE, "did you mean 'slack'", "hook", "new", "x", "--template", "slak")
        for template in self.TEMPLATES:
            self.assertIn(template, error.err)

    def test_new_replaces_no_file_unasked(self):
        path = self.home.write("mine.lua", "-- mine\n")
        self.assert_error(harness.CONFLICT, "there is a file", "hook", "new", "mine", "-f", path)
        self.assertEqual(harness.read(path), "-- mine\n")
        self.home.ok("hook", "new", "mine", "-f", path, "--force")
        self.assertNotEqual(harness.read(path), "-- mine\n")

    def test_a_dry_run_does_nothing_and_lists_what_would_have_been_done(self):
        self.home.up()
        made = os.path.join(self.home.path, "made")
        path = self.home.write("busy.lua", f"""
            function on_event(event)
                local done = exec.run("touch {made}")
                file.write("{made}", "x")
                http.post("http://127.0.0.1:1/", {{json = {{n = event.data.n}}}})
                event.dispatch("job.next", {{}})
                state.set("n", event.data.n)
                print(done.success, state.get("n"))
            end
        """)
        tried = self.home.json("hook", "test", path, "--type", "job.done", "--data", '{"n": 7}', "--dry-run")
        self.assertEqual(tried["output"], "true\t7")
        done = {effect["name"]: effect for effect in tried["effects"]}
        for name, words in (("exec.run", made), ("file.write", made), ("http.request", "http://127.0.0.1:1/")):
            self.assertTrue(done[name]["dry"], name)
            self.assertIn(words, done[name]["arguments"])
        self.assertEqual({"event.dispatch", "state.set", "state.get"} - set(done), set())
        self.assertFalse(os.path.exists(made))
        for event_type in ("job.done", "job.next"):
            self.assertEqual(self.home.json("events", "list", "--type", event_type)["items"], [])
        self.assertEqual(self.home.query("SELECT count(*) FROM state"), [(0,)])
        shown = self.home.ok("hook", "test", path, "--type", "job.done", "--data", '{"n": 7}', "--dry-run").out
        self.assertIn("exec.run (not done)", shown)

        self.home.ok("hook", "test", path, "--type", "job.done", "--data", '{"n": 7}')
        self.assertTrue(os.path.exists(made))

    def test_a_test_takes_a_stored_event_or_one_of_a_file(self):
        self.home.up()
        path = self.home.write("shows.lua", "function on_event(e) print(e.type, e.data.n) end\n")
        stored = self.home.dispatch("job.done", {"n": 3})
        for event in (stored["id"], str(stored["seq"]), "#" + str(stored["seq"])):
            self.assertEqual(self.home.json("hook", "test", path, "--event", event)["output"], "job.done\t3")
        file = self.home.write("event.json", self.home.ok("events", "get", stored["id"], "-o", "json").out)
        self.assertEqual(self.home.json("hook", "test", path, "--event", "@" + file)["output"], "job.done\t3")


if __name__ == "__main__":
    harness.main()
