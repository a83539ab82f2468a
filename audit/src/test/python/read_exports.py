"""Reads what was exported with Python's own readers, and runs the sample alert of the guide on it."""

import csv
import json
import pathlib
import re
import sys

place = pathlib.Path(sys.argv[1])
names = (place / "NAMES").read_bytes().decode().split("\1")

logs = [json.loads(line) for line in (place / "JSONL").read_text().splitlines()]
assert logs == json.loads((place / "JSON").read_text())
denials = [log for log in logs if log["event"] == "permission_denied"]
assert [log["path"] for log in denials][: len(names)] == names
assert denials[-1]["path"].encode("utf-8", "surrogateescape") == b"/\xff\xc3"
keys = ["timestamp", "event", "sandbox_id", "path", "operation", "permission", "user_id", "sequence", "hash"]
assert list(denials[0]) == keys

with (place / "CSV").open(newline="") as file:
    rows = list(csv.DictReader(file, strict=True))
assert len(rows) == len(logs)
for row, log in zip(rows, logs, strict=True):
    assert None not in row and row["event"] == log["event"] and row["hash"] == log["hash"]
    assert not any(value.lstrip()[:1] in tuple("=+-@") for value in row.values() if value), row

classes = {}
for line, log in zip((place / "OCSF").read_text().splitlines(), logs, strict=True):
    event = json.loads(line)
    classes[log["event"]] = event["class_uid"]
    assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    assert event["category_uid"] == event["class_uid"] // 1000
    assert event["severity_id"] in range(7) and isinstance(event["time"], int)
    assert event["metadata"]["version"] == "1.5.0" and event["metadata"]["uid"] == log["hash"]
    if log["event"] == "permission_denied":
        assert event["file"]["path"] == log["path"] and event["action_id"] == 2 and event["activity_id"] == 14
assert classes["permission_denied"] == 1001 and classes["command_executed"] == 1007
assert classes["audit_started"] == 1008 and classes["codebase_created"] == 6003

# What schema.ocsf.io demands of each class (1.5.0): all of these attributes, and one of each of these groups.
EACH = {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}
HOST = {"device", "actor"}
DEMANDED = {
    1001: (HOST | {"file"}, []),
    1007: (HOST | {"process"}, []),
    1008: (set(), [{"log_file", "log_name", "log_provider", "log_type", "log_type_id"}]),
    2004: ({"finding_info"}, []),
    3001: ({"user"}, []),
    3002: ({"user"}, [{"service", "dst_endpoint"}]),
    3004: ({"entity"}, []),
    4001: (set(), [{"dst_endpoint", "src_endpoint"}]),
    4002: (set(), [{"http_request", "http_response"}]),
    6002: ({"app"}, []),
    6003: ({"actor", "api", "src_endpoint"}, []),
}
# Of objects: one of these.
OBJECTS = {
    "actor": {"process", "user", "session", "app_name", "app_uid"},
    "device": {"ip", "uid", "name", "hostname", "instance_uid"},
    "dst_endpoint": {"ip", "uid", "name", "hostname"},
    "src_endpoint": {"ip", "uid", "name", "hostname"},
    "entity": {"name", "uid"},
    "process": {"pid", "uid", "cpid"},
    "service": {"name", "uid"},
    "user": {"account", "name", "uid"},
}
seen = set()
for line, log in zip((place / "OCSF").read_text().splitlines(), logs, strict=True):
    event = json.loads(line)
    demanded, groups = DEMANDED[event["class_uid"]]
    assert demanded | EACH <= event.keys(), event
    assert all(group & event.keys() for group in groups), event
    for name, group in OBJECTS.items():
        assert name not in event or group & event[name].keys(), (name, event)
    assert event["metadata"]["event_code"] == log["event"]
    assert (event["activity_name"] == log["event"]) == (event["activity_id"] == 99)
    if event["class_uid"] == 2004:
        assert event["status_id"] == (4 if log["event"] == "alert_closed" else 1)
    seen.add(event["class_uid"])
assert seen == DEMANDED.keys()
by_event = {log["event"]: json.loads(line) for line, log in zip((place / "OCSF").read_text().splitlines(), logs, strict=True)}
assert by_event["network_denied"]["dst_endpoint"] == {"ip": "10.0.0.1", "port": 443}
assert by_event["alert_raised"]["severity_id"] == 5
used = by_event["credential_used"]
url = {"scheme": "https", "hostname": "api.github.com", "port": 443, "path": "/a=b act=forged|\n"}
assert used["http_request"] == {"url": url, "http_method": "POST"} and used["http_response"] == {"code": 404}
assert used["activity_name"] == "Post" and used["status_id"] == 2 and used["count"] == 2
assert used["unmapped"] == {"secret": "github_token"}

for line, log in zip((place / "CEF").read_text().split("\n")[:-1], logs, strict=True):
    head = re.fullmatch(r"CEF:0\|((?:[^|\\]|\\.)*\|){6}(.*)", line)
    pairs = re.findall(r"(\w+)=((?:[^=\\]|\\.)*?)(?= \w+=|$)", head.group(2))
    fields = {key: re.sub(r"\\(.)", r"\1", value) for key, value in pairs}
    assert fields["externalId"] == str(log["sequence"])
    assert fields.get("act") == log.get("operation"), fields
    if log.get("path", "").startswith("/a=b"):
        assert fields["filePath"] == log["path"]
    if "secret" in log:
        told = [fields[key] for key in ("cs4", "dhost", "dpt", "requestMethod", "request", "cn3", "cnt")]
        assert told == ["github_token", "api.github.com", "443", "POST", "/a=b act=forged|\\n", "404", "2"], fields


def alert(severity, message, sandbox_id):
    print(severity, message, sandbox_id)


def check_permission_denials(logs):
    """Alert if too many permission denials."""
    denials = [log for log in logs if log.get("event") == "permission_denied"]

    if len(denials) > 10:  # >10 denials in monitoring window
        alert(
            severity="medium",
            message=f"High permission denial rate: {len(denials)} denials",
            sandbox_id=denials[0].get("sandbox_id"),
        )


check_permission_denials(denials + denials)
