"""A server with a certificate is spoken to by TLS, and only if its authority is known."""

import subprocess

import pytest
from conftest import Server

import agentfense
from agentfense import SandboxClient


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
