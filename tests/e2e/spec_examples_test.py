#!/usr/bin/env python3
"""The specification's hooks, word for word, against hosts that are played by a proxy on this machine."""

import json
import os

import harness
from https_sink import Sink

HOOKS = os.path.join(harness.ROOT, "tests", "e2e", "spec_hooks")
TASK = {"task": {"task_name": "deploy_app", "agent_name": "web-server-01", "status": "failed", "exit_code": 1,
                 "error": "Connection refused", "duration": "2m30s"}}
WEBHOOK = "https://hooks.slack.com/services/T000/B000/a-very-secret-path"


class SpecificationHooks(harness.Case):
    def setUp(self):
        super().setUp()
        self.sink = Sink(self.home.path, ["hooks.slack.com", "staging.example.com"])
        self.addCleanup(self.sink.close)
        self.home.env.update(self.sink.environment())
        self.tools = os.path.join(self.home.path, "bin")
        self.home.env["PATH"] = f"{self.tools}:{os.environ['PATH']}"

    def tool(self, name, body="exit 0"):
        """A command that notes how it was called."""
        path = self.home.write(f"bin/{name}", f'#!/bin/sh\necho "{name} $*" >> {self.home.path}/called\n{body}\n')
        os.chmod(path, 0o755)

    def called(self):
        return harness.read(os.path.join(self.home.path, "called")).splitlines()

    def add(self, name):
        self.home.ok("hook", "add", os.path.join(HOOKS, f"{name}.lua"))

    def run_of(self, event_type, data, *flags):
        shown = self.home.dispatch_and_wait(event_type, data, *flags)
        self.assertEqual(len(shown["executions"]), 1, shown)
        return shown["executions"][0]

    def test_the_hook_structure_sends_its_notification(self):
        self.home.up()
        self.add("notify_on_failure")
        self.assertEqual(self.home.dispatch_and_wait("task.failed", TASK)["executions"], [], "another stack's event")
        run = self.run_of("task.failed", TASK, "--stack", "production")
        self.assertEqual((run["status"], run.get("error")), ("success", None), run)
        self.assertIn("Notification sent successfully", run["output"])
        [request] = self.sink.requests
        self.assertEqual((request["host"], request["method"], request["path"]), ("hooks.slack.com", "POST", "/..."))
        self.assertEqual(request["headers"]["content-type"], "application/json")
        self.assertEqual(json.loads(request["body"]),
                         {"text": "Task deploy_app failed on web-server-01: Connection refused"})

    def test_the_hook_structure_fails_where_the_notification_does(self):
        self.home.up()
        self.add("notify_on_failure")
        self.sink.status["hooks.slack.com"] = "500 Internal Server Error"
        run = self.run_of("task.failed", TASK, "--stack", "production")
        self.assertEqual(run["status"], "failed", run)
        self.assertRegex(run["error"], r"notify_on_failure\.lua:\d+: Failed to send notification")

    def test_slack_notifications_use_the_secret_and_leave_no_trace_of_it(self):
        self.home.up()
        self.home.ok("secret", "set", "slack_webhook_url", text=WEBHOOK + "\n")
        self.add("slack_notify_failures")
        run = self.run_of("task.failed", TASK, "--stack", "production")
        self.assertEqual(run["status"], "success", run)
        [request] = self.sink.requests
        self.assertEqual(request["path"], "/services/T000/B000/a-very-secret-path")
        body = json.loads(request["body"])
        self.assertEqual(body["text"], "🚨 Task Failed: deploy_app on web-server-01")
        self.assertEqual([field["value"] for field in body["attachments"][0]["fields"]],
                         ["Connection refused", "2m30s", "1"])
        self.home.drained(10)
        [accessed] = self.home.json("events", "list", "--type", "secret.accessed")["items"]
        self.assertEqual(accessed["data"]["secret_name"], "slack_webhook_url")
        with open(os.path.join(self.home.data, "master.db"), "rb") as file:
            self.assertNotIn(b"a-very-secret-path", file.read())
        self.assertNotIn("a-very-secret-path", self.home.daemons[0].log())

    def test_auto_scaling_scales_once_in_five_minutes(self):
        self.tool("sloth-runner")
        self.home.up()
        self.add("auto_scale_agents")
        data = {"resource": {"current": 93, "threshold": 80}}
        outputs = [self.run_of("system.cpu_high", data)["output"] for _ in range(3)]
        self.assertIn("Scaled up infrastructure", outputs[0])
        self.assertIn("Cooldown active, skipping scale", outputs[1])
        self.assertIn("Cooldown active, skipping scale", outputs[2])
        [call] = self.called()
        self.assertRegex(call, r"^sloth-runner agent install new-agent-\d{10}$")
        last = self.home.json("state", "get", "last_scale_time")
        self.assertIn(call.rsplit("-", 1)[1], json.dumps(last))

    def test_the_deployment_pipeline_goes_to_its_end(self):
        self.tool("make")
        self.home.up()
        self.add("deployment_pipeline")
        run = self.run_of("deploy.started", {"deploy": {"deploy_id": "d-1", "version": "v2"}})
        self.assertIn("Staging deployment completed", run["output"])
        self.assertEqual(self.called(), ["make test", "make build", "make deploy-staging"])
        self.assertEqual(self.sink.requests[0]["path"], "/health")
        [chained] = self.home.json("events", "list", "--type", "deploy.staging_success")["items"]
        self.assertEqual(chained["data"], {"deploy_id": "d-1", "version": "v2"})

    def test_the_deployment_pipeline_rolls_back(self):
        self.tool("make")
        self.home.up()
        self.add("deployment_pipeline")
        self.sink.status["staging.example.com"] = "503 Service Unavailable"
        run = self.run_of("deploy.started", {"deploy": {"deploy_id": "d-2", "version": "v3"}})
        self.assertEqual(run["status"], "failed", run)
        self.assertIn("Staging health check failed", run["error"])
        self.assertEqual(self.called()[-1], "make rollback-staging")
        self.home.drained(10)
        [failed] = self.home.json("events", "list", "--type", "deploy.failed")["items"]
        self.assertEqual(failed["data"], {"deploy_id": "d-2", "reason": "Health check failed"})

    def test_the_deployment_pipeline_stops_at_its_tests(self):
        self.tool("make", "exit 2")
        self.home.up()
        self.add("deployment_pipeline")
        run = self.run_of("deploy.started", {"deploy": {"deploy_id": "d-3", "version": "v3"}})
        self.assertIn("Tests failed", run["error"])
        self.assertEqual(self.called(), ["make test"])
        self.home.drained(10)
        [failed] = self.home.json("events", "list", "--type", "deploy.failed")["items"]
        self.assertEqual(failed["data"]["reason"], "Tests failed")


if __name__ == "__main__":
    harness.main()
