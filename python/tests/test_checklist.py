"""The page's summary and its checklist before deployment, item by item, as far as they are about today's server."""

import json
import re
import time
from datetime import timedelta

import httpx
import pytest
from collector import Collector
from conftest import Server
from test_requirements import CHECKLIST, PAGE

import agentfense
from agentfense import ResourceLimits, RuntimeType, Sandbox, SandboxClient
from agentfense._calls.files import Place
from agentfense._calls.terminals import open_terminal

(PRODUCTION,) = re.findall(r"^```yaml\n(# configs/production\.yaml\n.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def here(project):
    """A project whose secrets are on the server too."""
    (project / ".env").write_text("KEY=s3cret\n", encoding="utf-8")
    (project / ".sandboxignore").write_text("!.env\n", encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """A server with the page's settings for production, with keys demanded, and short lives and few sandboxes."""
    place = tmp_path_factory.mktemp("production")
    settings = PRODUCTION
    for old, new in {
        "/data/agentfense": str(place),  # nothing else of the page's storage is changed
        ":9000": "127.0.0.1:0",
        ":8080": "",
        'type: "docker"': 'type: "bwrap"',  # which starts faster; the page as it stands is tested below
        "max_per_user: 20": "max_per_user: 2",  # so that a test reaches it
        '"5m"': '"100ms"',
    }.items():
        assert settings.count(old) >= 1, old
        settings = settings.replace(old, new)
    server = Server(place)
    server._config.write_text(settings + "auth: {mode: required}\n", encoding="utf-8")
    server.keys = {user: server.new_key(f"{user}=user") for user in ("alice", "bob")}
    server.start()
    yield server
    server.stop()


@pytest.fixture
def alice(production):
    with SandboxClient(production.endpoint, api_key=production.keys["alice"]) as client:
        yield client


@pytest.fixture
def bob(production):
    with SandboxClient(production.endpoint, api_key=production.keys["bob"]) as client:
        yield client


def wait_until(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it never came true")


# The summary.


def test_least_privilege_what_no_rule_grants_is_not_there(here):
    rules = [
        {"pattern": "**/*", "permission": "none", "priority": 0},
        {"pattern": "/src/**", "permission": "read", "priority": 10},
        {"pattern": "/output/**", "permission": "write", "priority": 10},
    ]
    with Sandbox.from_local(here, permissions=rules) as sandbox:
        assert sandbox.run("find . -mindepth 1 | sort").stdout == "./output\n./src\n./src/lib.py\n"
        assert not sandbox.run("echo x >> src/lib.py").success
        assert sandbox.run("echo x > output/x").success
    with Sandbox.from_local(here, permissions=[]) as sandbox:
        assert sandbox.run("ls -A").stdout == ""


def test_defense_in_depth_rules_isolation_limits_and_no_network_hold_at_once(here):
    limits = ResourceLimits(memory_bytes=512 * 1024 * 1024, pids_limit=100)
    with Sandbox.from_local(here, preset="agent-safe", resources=limits) as sandbox:
        assert not sandbox.run("cat .env").success
        assert sandbox.run("id -u").stdout != "0\n"
        assert int(sandbox.run("ls /proc | grep -c '^[0-9]'").stdout) < 10
        assert sandbox.run("tail -n +3 /proc/net/dev | grep -v lo:").stdout == ""
        assert not sandbox.run("unshare -Ur true || mount -t tmpfs none /mnt").success
        assert not sandbox.run("test -e /root/.ssh || test -e /home/*/.ssh").success
        assert sandbox.run("for i in $(seq 200); do sleep 9 & done").limit_exceeded == "pids"


def test_hide_secrets_no_program_reads_or_names_one(here):
    with Sandbox.from_local(here, preset="agent-safe") as sandbox:
        assert {".env", ".env.local", "secrets/token.txt"} <= set(sandbox.list_files(recursive=True))
        assert "s3cret" not in sandbox.run("cat .env secrets/token.txt").output
        for program in ("ls -laR", "find / -name '.env*'", "grep -rs s3cret /workspace"):
            assert not re.search(r"s3cret|\.env|token\.txt", sandbox.run(program).output), program
        assert "s3cret" not in sandbox.run("tar -cf - . | strings; cp -r . /tmp/all; cat /tmp/all/.env").output


def test_hide_secrets_ignore_files_keep_them_from_being_uploaded(project):
    (project / ".sandboxignore").write_text(".env*\nsecrets/\n*.key\n*.pem\n", encoding="utf-8")
    for name in ("a.key", "src/b.pem", ".env"):
        (project / name).write_text("s3cret\n", encoding="utf-8")
    with Sandbox.from_local(project, preset="full-access") as sandbox:
        assert not [path for path in sandbox.list_files(recursive=True) if re.search(r"^\.env|secret|key$|pem$", path)]
        assert "s3cret" not in sandbox.run("grep -r s3cret . ").output


@pytest.mark.parametrize(
    ("limit", "command"),
    [
        ({"memory_bytes": 64 << 20}, "head -c 400000000 /dev/zero | tail -c 390000000 >/dev/null"),
        ({"pids_limit": 20}, "for i in $(seq 99); do sleep 5 & done"),
    ],
    ids=["memory", "pids"],
)
def test_resource_limits_are_enforced_and_named(here, limit, command):
    name = next(iter(limit)).split("_")[0]
    with Sandbox.from_local(here, preset="agent-safe", resources=ResourceLimits(**limit)) as sandbox:
        with pytest.raises(agentfense.ResourceLimitExceededError) as caught:
            sandbox.run(command, raise_on_error=True)
        assert caught.value.resource_type == name
        assert sandbox.refresh().status.value == "running"


def test_resource_limits_of_the_processor_are_those_of_the_control_group(here):
    # Two loops get no more of the processor than a tenth of the time they ran, however busy the machine is.
    limits = ResourceLimits(cpu_quota=10_000)
    with Sandbox.from_local(here, preset="agent-safe", resources=limits) as sandbox:
        before = sandbox.usage().cpu_time
        began = time.monotonic()
        sandbox.run("timeout 2 sh -c 'while :; do :; done' & timeout 2 sh -c 'while :; do :; done'; wait")
        allowed = (time.monotonic() - began + 0.1) * 0.1
        used = sandbox.usage().cpu_time - before
        assert timedelta() < used <= timedelta(seconds=allowed * 1.5)


def test_network_isolation_nothing_is_reached(here):
    with Sandbox.from_local(here, preset="agent-safe") as sandbox:
        for command in ("curl -s -m 3 http://", "wget -q -T 3 -t 1 http://", "ping -c 1 -W 1 "):
            assert not sandbox.run(command + "192.0.2.1").success, command
        port = sandbox._client._transport.endpoint.url.rsplit(":", 1)[1]
        here_too = f"import socket; socket.create_connection(('127.0.0.1', {port}), 3)"
        refused = sandbox.run(f'python3 -c "{here_too}"')
        assert "ConnectionRefusedError" in refused.stderr, "the server itself is reached"


# The checklist.


def test_all_secrets_hidden_from_cat_ls_find_and_grep(here):
    with Sandbox.from_local(here, preset="agent-safe") as sandbox:
        assert "s3cret" not in sandbox.run(CHECKLIST["hidden"]).output


def test_output_directories_are_writable(here):
    with Sandbox.from_local(here, preset="agent-safe") as sandbox:
        sandbox.run("mkdir -p output/a && echo x > output/a/b && mv output/a/b output/c", raise_on_error=True)
        assert sandbox.read_file("output/c") == "x\n"


def test_source_code_is_read_only(here):
    with Sandbox.from_local(here, preset="agent-safe") as sandbox:
        for change in ("echo x >> %s", "rm %s", "mv %s y", "chmod 777 %s", "touch %s.new", "ln %s output/l"):
            assert not sandbox.run(change % "app.py").success, change
        assert sandbox.run("cat app.py").stdout == "print('app')\n"


def test_sandboxes_auto_expire(alice):
    codebase = alice.create_codebase("expiry", "alice")
    brief = alice.create_sandbox(codebase.id, expires_in=timedelta(seconds=1))
    other = alice.create_sandbox(codebase.id)
    assert other.expires_at - other.created_at == timedelta(hours=6)
    wait_until(lambda: brief.id not in {one.id for one in alice.list_sandboxes()})
    assert [one.id for one in alice.list_sandboxes()] == [other.id]
    with pytest.raises(agentfense.SandboxNotFoundError):
        alice.start_sandbox(brief.id)
    alice.destroy_sandbox(other.id)
    alice.delete_codebase(codebase.id)


def test_commands_time_out_and_cannot_ask_for_longer_than_allowed(alice):
    codebase = alice.create_codebase("timeouts", "alice")
    sandbox = alice.create_sandbox(codebase.id)
    alice.start_sandbox(sandbox.id)
    with pytest.raises(agentfense.CommandTimeoutError):
        alice.exec(sandbox.id, "sleep 600", timeout=1)
    with pytest.raises(agentfense.InvalidConfigurationError, match=r"30m|1800"):
        alice.exec(sandbox.id, "true", timeout=timedelta(minutes=31))
    alice.destroy_sandbox(sandbox.id)
    alice.delete_codebase(codebase.id)


def records(endpoint, **query):
    """What the audit log of a server has, for who runs it."""
    lines = httpx.get(f"http://{endpoint}/v1/audit", params=query).text.splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.own_server
def test_audit_logs_are_enabled_have_what_the_page_logs_and_are_forwarded(here, tmp_path_factory, monkeypatch):
    siem = Collector()
    forward = f"audit: {{forward: [{{name: siem, type: otlp, url: '{siem.url}'}}]}}\n"
    server = Server(tmp_path_factory.mktemp("forwarding"), forward)
    server.start()
    monkeypatch.setenv("AGENTFENSE_ENDPOINT", server.endpoint)
    try:
        audited(here, server.endpoint, siem)
    finally:
        server.stop()
        siem.stop()


def audited(here, endpoint, siem):
    with Sandbox.from_local(here, preset="agent-safe") as sandbox:
        sandbox.run("echo hello; cat .env; exit 3")
        wait_until(lambda: records(endpoint, sandbox_id=sandbox.id, event="permission_denied"))
        told = {record["event"]: record for record in records(endpoint, sandbox_id=sandbox.id)}
    assert told["sandbox_created"]["permissions"]
    command = told["command_executed"]
    assert (command["command"], command["exit_code"]) == ("echo hello; cat .env; exit 3", 3)
    assert command["duration_ms"] >= 0
    denial = told["permission_denied"]
    assert (denial["path"], denial["permission"]) == ("/workspace/.env", "none")
    kept = records(endpoint)
    wait_until(lambda: len(siem.records) >= len(kept))
    assert siem.lines()[: len(kept)] == kept
    (forwarded,) = [one for one in siem.records if one.event_name == "permission_denied"]
    assert (forwarded.severity_number, forwarded.severity_text) == (13, "medium")
    attributes = {one.key: one.value.string_value or one.value.int_value for one in forwarded.attributes}
    assert attributes["agentfense.path"] == "/workspace/.env"
    assert attributes["agentfense.sequence"] == denial["sequence"]
    metrics = httpx.get(f"http://{endpoint}/metrics").text
    assert 'agentfense_audit_forward_up{receiver="siem"} 1.0' in metrics


def test_alerts_are_raised_for_suspicious_activity(here, endpoint):
    with Sandbox.from_local(here, preset="agent-safe") as sandbox:
        sandbox.run("for i in 1 2 3 4 5 6 7 8 9 10 11; do cat .env; done")

        def raised():
            alerts = httpx.get(f"http://{endpoint}/v1/alerts").json()["alerts"]
            return [one["rule"] for one in alerts if one["group"].get("sandbox_id") == sandbox.id]

        wait_until(raised)
        assert raised() == ["permission_denials"]


# Tenants, and the server.


def test_quotas_hold_per_user(alice, bob):
    codebase = alice.create_codebase("quota", "alice")
    made = [alice.create_sandbox(codebase.id) for _ in range(2)]
    with pytest.raises(agentfense.ResourceLimitExceededError) as caught:
        alice.create_sandbox(codebase.id)
    assert (caught.value.resource_type, caught.value.limit) == ("sandboxes", "2")
    his = bob.create_codebase("quota", "bob")
    bob.destroy_sandbox(bob.create_sandbox(his.id).id)
    for sandbox in made:
        alice.destroy_sandbox(sandbox.id)
    alice.delete_codebase(codebase.id)
    bob.delete_codebase(his.id)


def test_users_are_isolated_from_each_other(alice, bob):
    codebase = alice.create_codebase("project-a", "alice")
    alice.upload_file(codebase.id, "secret", b"s3cret")
    sandbox = alice.create_sandbox(codebase.id)
    for theft in (
        lambda: bob.get_codebase(codebase.id),
        lambda: bob.download_file(codebase.id, "secret"),
        lambda: bob.create_sandbox(codebase.id),
        lambda: bob.get_sandbox(sandbox.id),
        lambda: bob.exec(sandbox.id, "cat secret"),
        lambda: next(bob.stream(Place(sandbox.id, codebase.id, "/workspace").watch())),
        lambda: bob.connect(open_terminal(sandbox.id, None, 24, 80, None, None)).wait(),
        lambda: bob.get_usage(sandbox.id),
        lambda: bob.destroy_sandbox(sandbox.id),
    ):
        with pytest.raises((agentfense.CodebaseNotFoundError, agentfense.SandboxNotFoundError)):
            theft()
    assert bob.list_codebases() == bob.list_sandboxes() == []
    alice.destroy_sandbox(sandbox.id)
    alice.delete_codebase(codebase.id)


def test_nobody_gets_in_without_a_key(production):
    for key in (None, "af_nonsense"):
        with SandboxClient(production.endpoint, api_key=key) as stranger:
            with pytest.raises(agentfense.PermissionDeniedError) as caught:
                stranger.create_codebase("mine", "alice")
            assert caught.value.grpc_code == 16


def test_the_production_settings_start_a_server_whose_logs_are_json(tmp_path, capfd, engine):
    settings = PRODUCTION.replace("/data/agentfense", str(tmp_path)).replace(":9000", ":0").replace(":8080", ":0")
    settings = settings.replace('host: ""', f'host: "{engine.host}"')
    server = Server(tmp_path)
    # All of the page as it stands, but for ports and places. What listens beyond this machine demands keys.
    server._config.write_text(settings + "auth: {mode: required}\n", encoding="utf-8")
    key = server.new_key("alice=user")
    capfd.readouterr()
    server.start()
    try:
        with SandboxClient(server.endpoint, api_key=key) as client:
            codebase = client.create_codebase("production", "alice")
            sandbox = client.create_sandbox(codebase.id)
            assert sandbox.expires_at is not None
            assert (sandbox.runtime, sandbox.image) == (RuntimeType.DOCKER, "ubuntu:22.04")
    finally:
        server.stop()
    lines = [line for line in capfd.readouterr().err.splitlines() if not line.startswith("agentfense: warning")]
    assert lines
    for line in lines:
        assert {"timestamp", "level"} <= set(json.loads(line))


def test_the_production_settings_without_keys_are_refused(tmp_path, capfd):
    server = Server(tmp_path)
    server._config.write_text(PRODUCTION.replace("/data/agentfense", str(tmp_path)), encoding="utf-8")
    with pytest.raises(AssertionError, match="does not start"):
        server.start()
    server.stop()
    assert "Set auth.mode: required" in capfd.readouterr().err
