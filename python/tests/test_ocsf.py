"""What a server forwards as OCSF is what the framework's own schema demands."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import jsonschema
import pytest
from conftest import Server
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from test_checklist import wait_until

from agentfense import Sandbox

SCHEMA = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.5.0"))
NAMES = get_ocsf_schema("1.5.0")["classes"]


@pytest.fixture
def siem():
    """A receiver of webhooks; `events` has what came."""
    events = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            events.extend(json.loads(line) for line in body.splitlines())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.events = events
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def problems(event):
    """What a schema has against an event; nothing that it does not have may be in it."""
    name = SCHEMA.lookup_class_name_from_uid(event["class_uid"])
    schema = SCHEMA.get_class_schema(name, event["metadata"]["profiles"])
    found = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(event)]
    activity = NAMES[name]["attributes"]["activity_id"]["enum"][str(event["activity_id"])]["caption"]
    if activity != "Other" and activity != event["activity_name"]:
        found.append(f"{event['activity_name']} is {activity} there")
    return found


@pytest.mark.own_server
def test_each_event_is_valid_in_the_schema_of_its_class(project, siem, tmp_path_factory, monkeypatch):
    (project / ".env").write_text("KEY=s3cret\n", encoding="utf-8")
    (project / ".sandboxignore").write_text("!.env\n", encoding="utf-8")
    url = f"http://127.0.0.1:{siem.server_port}/"
    receiver = f"audit: {{forward: [{{name: siem, type: webhook, url: '{url}', format: ocsf}}]}}\n"
    server = Server(tmp_path_factory.mktemp("ocsf"), receiver)
    server.start()
    monkeypatch.setenv("AGENTFENSE_ENDPOINT", server.endpoint)
    try:
        with Sandbox.from_local(project, preset="agent-safe") as sandbox:
            sandbox.run("for i in 1 2 3 4 5 6 7 8 9 10 11; do cat .env; done; echo x > made; exit 3")
            httpx.post(f"http://{server.endpoint}/v1/users/mallory/block", json={"reason": "a test"})
            httpx.post(f"http://{server.endpoint}/v1/users/mallory/unblock")
    finally:
        server.stop()
    wait_until(lambda: any(event["metadata"]["event_code"] == "sandbox_destroyed" for event in siem.events))
    assert {event["metadata"]["event_code"]: problems(event) for event in siem.events if problems(event)} == {}
    kinds = {event["metadata"]["event_code"] for event in siem.events}
    assert kinds >= {"sandbox_created", "command_executed", "permission_denied", "user_blocked", "alert_raised"}
    # The schema is one that finds something.
    lacking = {key: value for key, value in siem.events[0].items() if key not in ("metadata", "device")}
    assert problems({**lacking, "metadata": {"profiles": ["host"]}, "time": "now"})
