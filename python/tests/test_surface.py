"""The names, defaults and small functions that existing code relies on."""

import inspect
import os
import re
import time
from datetime import datetime, timedelta

import pytest

import agentfense
from agentfense import (
    ExecResult,
    PatternType,
    Permission,
    PermissionRule,
    ResourceLimits,
    Sandbox,
    SandboxClient,
    SandboxInfo,
    Session,
    SessionStatus,
    extend_preset,
    get_preset,
    get_preset_dicts,
    list_presets,
    register_preset,
)
from agentfense._time import duration_text, timestamp


def defaults(function):
    return {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }


def test_everything_that_is_exported_is_there():
    assert len(agentfense.__all__) == len(set(agentfense.__all__)) == 55
    for name in agentfense.__all__:
        assert getattr(agentfense, name) is not None


def test_defaults_are_what_they_were():
    assert defaults(SandboxClient.__init__) == {"endpoint": "localhost:9000", "secure": False, "api_key": None}
    assert defaults(Sandbox.from_local)["preset"] == "view-only"
    assert list(inspect.signature(Sandbox.from_local).parameters) == [
        "path",
        "preset",
        "permissions",
        "runtime",
        "image",
        "resources",
        "endpoint",
        "secure",
        "owner_id",
        "codebase_name",
        "ignore_patterns",
        "labels",
        "auto_start",
        "progress",
        "commit_mode",
        "agent_ignore",
        "root",
    ]
    assert defaults(Sandbox.run) == {"timeout": 60, "env": None, "workdir": None, "raise_on_error": False}
    assert defaults(Sandbox.session) == {"shell": "/bin/sh", "env": None}


def test_types_are_what_they_were():
    assert SandboxInfo("s", "c", agentfense.SandboxStatus.PENDING).permissions == []
    assert Session("s", "sb", SessionStatus.ACTIVE).shell == "/bin/bash"
    assert PermissionRule("a").to_dict() == {"pattern": "a", "permission": "read", "type": "glob", "priority": 0}
    assert PermissionRule("a", Permission.WRITE, PatternType.FILE, 3).type == "file"
    assert ResourceLimits(memory_bytes=1).to_dict() == {"memory_bytes": 1}
    assert ResourceLimits.from_dict({"pids_limit": 2}) == ResourceLimits(pids_limit=2)
    assert ExecResult("a", "b", 0).output == "a\nb"
    assert ExecResult("", "", 1).output == ""
    with pytest.raises(agentfense.CommandExecutionError, match="<unknown>"):
        ExecResult("", "", 1).raise_on_error()


def test_presets_are_what_they_were():
    assert list_presets() == ["agent-safe", "development", "full-access", "read-only", "view-only"]
    assert [rule.pattern for rule in get_preset("view-only")] == ["**/*"]
    with pytest.raises(ValueError, match=r"Unknown preset 'x'\. Available presets: agent-safe, "):
        get_preset("x")
    get_preset_dicts("read-only")[0]["permission"] = "write"
    assert get_preset("read-only")[0].permission is Permission.READ


def test_a_preset_is_extended_by_rules_of_lower_and_of_higher_rank():
    low, high = {"pattern": "/a", "permission": "write"}, PermissionRule("/b", Permission.NONE, priority=500)
    rules = extend_preset("agent-safe", additions=[low], overrides=[low, high])
    assert [rule.priority for rule in rules[-3:]] == [0, 200, 500]
    with pytest.raises(KeyError):
        extend_preset("agent-safe", additions=[{"pattern": "/a"}])


def test_a_preset_is_registered_once_and_checked(monkeypatch):
    monkeypatch.setattr(agentfense.presets, "PRESETS", dict(agentfense.PRESETS))
    register_preset("mine", [PermissionRule("/a", Permission.WRITE, priority=7)])
    assert get_preset("mine") == [PermissionRule("/a", Permission.WRITE, priority=7)]
    with pytest.raises(ValueError, match="already exists"):
        register_preset("mine", [])
    with pytest.raises(ValueError, match="nope"):
        register_preset("other", [{"pattern": "/a", "permission": "nope"}])


def test_a_misspelt_rule_is_an_error_and_never_a_weaker_rule(client):
    codebase = client.create_codebase("rules", "tests")
    with pytest.raises(ValueError, match="permision"):
        client.create_sandbox(codebase.id, permissions=[{"pattern": "/a", "permision": "none"}])
    with pytest.raises(TypeError):
        client.create_sandbox(codebase.id, permissions=["/a"])
    with pytest.raises(ValueError, match="podman"):
        client.create_sandbox(codebase.id, runtime="podman")
    client.delete_codebase(codebase.id)


def test_rules_without_a_preset_are_all_the_rules_there_are(project):
    rules = [{"pattern": "/src/**", "permission": "read"}]
    with Sandbox.from_local(project, permissions=rules) as sandbox:
        assert sandbox.info.permissions == [PermissionRule("/src/**")]
        assert sandbox.run("ls; cat src/lib.py").stdout == "src\nx = 1\n"
    with Sandbox.from_local(project, preset="view-only", permissions=rules) as sandbox:
        assert sandbox.info.permissions == [PermissionRule("**/*", Permission.VIEW), PermissionRule("/src/**")]


def test_every_preset_means_the_same_as_the_servers_own(client):
    codebase = client.create_codebase("presets", "tests")
    for name in list_presets():
        sandbox = client.create_sandbox(codebase.id, permissions=get_preset(name))
        asked = client._transport._http.post("/v1/sandboxes", json={"codebaseId": codebase.id, "preset": name}).json()
        servers = {(rule["pattern"], rule["permission"], rule["priority"]) for rule in asked["permissions"]}
        ours = {(rule.pattern, f"PERMISSION_{rule.permission.name}", rule.priority) for rule in sandbox.permissions}
        assert ours == servers, name
        client.destroy_sandbox(sandbox.id)
        client.destroy_sandbox(asked["id"])
    client.delete_codebase(codebase.id)


def test_times_are_read_to_the_microsecond_and_spans_written_exactly(monkeypatch):
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    try:
        assert timestamp("2026-01-02T03:04:05.123456789Z") == datetime(2026, 1, 2, 5, 4, 5, 123456)
        assert timestamp("2026-01-02T03:04:05Z") == datetime(2026, 1, 2, 5, 4, 5)
    finally:
        monkeypatch.undo()
        time.tzset()
    spans = [duration_text(span) for span in (None, 0, 5, 0.25, 100, timedelta(minutes=1), timedelta(microseconds=1))]
    assert spans == [None, None, "5s", "0.25s", "100s", "60s", "0.000001s"]
    with pytest.raises(ValueError, match="negative"):
        duration_text(-1)


def test_small_functions_are_what_they_were(tmp_path):
    assert agentfense.human_readable_size(0) == "0.0 B"
    assert agentfense.human_readable_size(1536) == "1.5 KB"
    assert agentfense.human_readable_size(1024**5) == "1.0 PB"
    assert agentfense.generate_codebase_name("/x/my  project!") == "my-project"
    assert agentfense.generate_codebase_name("/") == "unnamed-project"
    assert agentfense.generate_owner_id() == agentfense.generate_owner_id()
    assert agentfense.generate_owner_id().startswith("user_")


def test_a_user_without_a_name_has_an_owner_id(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    named = agentfense.generate_owner_id()
    monkeypatch.setattr(os, "getuid", lambda: 54_321)
    assert re.fullmatch("user_[0-9a-f]{8}", agentfense.generate_owner_id())
    assert agentfense.generate_owner_id() != named
