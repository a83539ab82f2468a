"""Secrets come from a real OpenBao, whose API is Vault's: the host gets them, the sandbox does not."""

import json

import pytest
from conftest import Server
from openbao import NAME, Names, OpenBao

import agentfense
from agentfense import Sandbox

pytestmark = pytest.mark.own_server


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    """One whose policy `agentfense` may read what lies below ci/."""
    vault = OpenBao(tmp_path_factory.mktemp("vault"))
    rule = '{ capabilities = ["read"] }'
    vault.do("sys/policies/acl/agentfense", {"policy": f'path "secret/data/ci/*" {rule}'})
    vault.do("secret/data/ci/inner", {"data": {"token": vault.new_token("inside")}})
    vault.do("secret/data/other/inner", {"data": {"token": vault.new_token("other")}})
    yield vault
    vault.stop()


@pytest.fixture(scope="module")
def names():
    names = Names()
    yield names
    names.close()


def policies(vault, names, **secrets):
    """A policy for each secret, which requests to the vault itself get as their token."""
    allow = [{"host": NAME, "ports": [vault.port]}, {"cidr": "127.0.0.1/32", "ports": [vault.port]}]
    made = {}
    for name, secret in secrets.items():
        bound = {"host": NAME, "ports": [vault.port], "secret": secret, "header": "X-Vault-Token"}
        made[name] = {"type": "egress", "dns": names.address, "ca_file": str(vault.authority)}
        made[name] |= {"allow": allow, "credentials": [bound]}
    return f"network: {json.dumps({'policies': made})}\n"


def secret_file(directory, name, text):
    path = directory / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def started(directory, vault, names, settings, **secrets):
    settings = {"address": vault.address, "ca_file": str(vault.authority)} | settings
    server = Server(directory, f"secrets: {json.dumps({'vault': settings})}\n" + policies(vault, names, **secrets))
    server.start()
    return server


@pytest.fixture(scope="module")
def server(vault, names, tmp_path_factory):
    """A server with a token in a file, `token_file`."""
    directory = tmp_path_factory.mktemp("by-token")
    token_file = secret_file(directory, "token", vault.new_token("server", "agentfense") + "\n")
    server = started(
        directory,
        vault,
        names,
        {"token_file": str(token_file)},
        known="vault:ci/inner#token",
        keyless="vault:ci/inner#nothing",
        absent="vault:ci/nothing#token",
        forbidden="vault:other/inner#token",
    )
    server.token_file = token_file
    yield server
    server.stop()


def who(server, project, vault, policy, monkeypatch):
    """As whom the vault sees a sandbox."""
    monkeypatch.setenv("AGENTFENSE_ENDPOINT", server.endpoint)
    with Sandbox.from_local(project, preset="read-only", labels={"network_policy": policy}) as sandbox:
        answer = sandbox.run(f"curl -sS https://{NAME}:{vault.port}/v1/auth/token/lookup-self").stdout
    return json.loads(answer)["data"]


def test_a_host_gets_what_the_vault_has_and_the_sandbox_does_not(server, project, vault, monkeypatch):
    seen = who(server, project, vault, "known", monkeypatch)
    assert seen["display_name"] == "token-inside"
    assert set(seen["id"]) == {"*"}


def test_a_new_value_counts_from_the_next_start(server, project, vault, monkeypatch):
    vault.do("secret/data/ci/inner", {"data": {"token": vault.new_token("renewed")}})
    assert who(server, project, vault, "known", monkeypatch)["display_name"] == "token-renewed"


def test_a_token_that_was_renewed_in_its_file_is_used(server, project, vault, monkeypatch):
    old = server.token_file.read_text(encoding="utf-8")
    vault.do("auth/token/revoke", {"token": old.strip()})
    with pytest.raises(agentfense.SandboxError, match=r"permission denied: the token has ended"):
        who(server, project, vault, "known", monkeypatch)
    server.token_file.write_text(vault.new_token("server", "agentfense"), encoding="utf-8")
    assert who(server, project, vault, "known", monkeypatch)["display_name"].startswith("token-")


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("keyless", "Vault has no text by the key 'nothing' at 'ci/inner'"),
        ("absent", "nothing of that name"),
        ("forbidden", "permission denied"),
    ],
)
def test_what_can_not_be_had_is_a_start_that_fails_and_says_why(server, project, vault, monkeypatch, policy, told):
    with pytest.raises(agentfense.SandboxError, match=told):
        who(server, project, vault, policy, monkeypatch)


def test_a_sealed_vault_is_told_as_such(server, project, vault, monkeypatch):
    vault.seal()
    try:
        with pytest.raises(agentfense.SandboxError, match="it is sealed"):
            who(server, project, vault, "known", monkeypatch)
    finally:
        vault.unseal()


def test_a_role_reads_version_one_in_a_namespace_and_leaves_no_token(
    vault, names, project, tmp_path_factory, monkeypatch
):
    vault.do("sys/namespaces/team", {})
    vault.do("sys/mounts/kv", {"type": "kv", "options": {"version": "1"}}, "team")
    vault.do("kv/ci/inner", {"token": vault.new_token("namespaced")}, "team")
    rule = '{ capabilities = ["read"] }'
    vault.do("sys/policies/acl/agentfense", {"policy": f'path "kv/ci/*" {rule}'}, "team")
    vault.do("sys/auth/approle", {"type": "approle"}, "team")
    vault.do("auth/approle/role/agentfense", {"token_policies": "agentfense"}, "team")
    role = vault.call("GET", "auth/approle/role/agentfense/role-id", namespace="team").json()["data"]["role_id"]
    secret_id = vault.do("auth/approle/role/agentfense/secret-id", {}, "team")["data"]["secret_id"]
    directory = tmp_path_factory.mktemp("by-role")
    settings = {"namespace": "team", "mount": "kv", "kv_version": 1, "role_id": role}
    settings["secret_id_file"] = str(secret_file(directory, "secret-id", secret_id))
    server = started(directory, vault, names, settings, known="vault:ci/inner#token")
    try:
        assert who(server, project, vault, "known", monkeypatch)["display_name"] == "token-namespaced"
    finally:
        server.stop()
    assert vault.call("LIST", "auth/token/accessors", namespace="team").status_code == 404
