"""A server with a certificate is spoken to by TLS, and only if its authority is known."""

import subprocess

import pytest
from conftest import Server

import agentfense
from agentfense import Sandbox, SandboxClient


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """A server with a certificate for 127.0.0.1 that no authority signed; it has the attribute `certificate`."""
    directory = tmp_path_factory.mktemp("tls")
    certificate, key = directory / "cert.pem", directory / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run(made, check=True, stderr=subprocess.DEVNULL)
    server = Server(directory, listen=f", tls: {{cert: {certificate}, key: {key}}}")
    server.certificate = certificate
    server.start()
    yield server
    server.stop()


def test_the_certificate_must_be_known(encrypted, monkeypatch):
    refused = pytest.raises(agentfense.ConnectionError, match="CERTIFICATE_VERIFY_FAILED")
    with SandboxClient(encrypted.endpoint, secure=True) as client, refused:
        client.list_codebases()
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted.certificate))
    with SandboxClient(encrypted.endpoint, secure=True) as client:
        assert client.list_codebases() == []
    with SandboxClient(f"https://{encrypted.endpoint}") as client:
        assert client.list_codebases() == []


def test_a_client_without_tls_is_told_that_nobody_it_understands_is_there(encrypted):
    with SandboxClient(encrypted.endpoint) as client, pytest.raises(agentfense.ConnectionError):
        client.list_codebases()


@pytest.fixture(scope="module")
def mutual(tmp_path_factory):
    """A server that demands a certificate of clients; `client` and `key` are those of one that it takes."""
    directory = tmp_path_factory.mktemp("mutual")
    for name in ("server", "client"):
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
        made += ["-addext", "subjectAltName=IP:127.0.0.1"]
        made += ["-keyout", directory / f"{name}.key", "-out", directory / f"{name}.pem"]
        subprocess.run(made, check=True, stderr=subprocess.DEVNULL)
    server, client = directory / "server", directory / "client"
    tls = f"cert: {server}.pem, key: {server}.key, client_ca: {client}.pem"
    server = Server(directory, listen=f", tls: {{{tls}}}")
    server.certificate, server.client, server.key = directory / "server.pem", f"{client}.pem", f"{client}.key"
    server.start()
    yield server
    server.stop()


def test_a_client_shows_its_certificate_for_calls_and_for_terminals(mutual, project, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(mutual.certificate))
    with SandboxClient(mutual.endpoint, secure=True) as client, pytest.raises(agentfense.ConnectionError):
        client.list_codebases()
    monkeypatch.setenv("AGENTFENSE_CLIENT_CERT", mutual.client)
    monkeypatch.setenv("AGENTFENSE_CLIENT_KEY", mutual.key)
    with (
        Sandbox.from_local(project, preset="agent-safe", endpoint=mutual.endpoint, secure=True) as sandbox,
        sandbox.pty.open("echo shown; exit 8") as terminal,
    ):
        assert b"".join(terminal) == b"shown\r\n"
        assert terminal.wait() == 8


def test_a_clients_certificate_that_cannot_be_read_is_an_error_before_any_call(monkeypatch):
    monkeypatch.setenv("AGENTFENSE_CLIENT_CERT", "/no/such.pem")
    with pytest.raises(FileNotFoundError):
        SandboxClient("https://127.0.0.1:1")
