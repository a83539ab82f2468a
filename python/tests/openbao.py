"""An OpenBao of a test's own, in memory, which has the API of HashiCorp's Vault."""

import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import httpx

# The host by which sandboxes reach it.
NAME = "vault.test"
ROOT_TOKEN = "root"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OpenBao:
    """Serves with the certificate `authority`; `port` is for TLS."""

    def __init__(self, directory):
        self.authority, key = directory / "vault.pem", directory / "vault.key"
        made = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ]
        made += ["-subj", "/CN=vault", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
        subprocess.run([*made, "-keyout", key, "-out", self.authority], check=True, stderr=subprocess.DEVNULL)
        self.port = free_port()
        config = directory / "openbao.hcl"
        config.write_text(
            f'listener "tcp" {{\n  address = "127.0.0.1:{self.port}"\n'
            f'  tls_cert_file = "{self.authority}"\n  tls_key_file = "{key}"\n}}\n',
            encoding="utf-8",
        )
        command = [Path(sys.executable).with_name("bao"), "server", "-dev", "-dev-no-store-token", f"-config={config}"]
        command += [f"-dev-root-token-id={ROOT_TOKEN}", f"-dev-listen-address=127.0.0.1:{free_port()}"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self._process.stdout:
            if line.startswith("Unseal Key:"):
                self._unseal_key = line.split()[-1]
            if "Development mode should NOT be used" in line:
                break
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        self.address = f"https://127.0.0.1:{self.port}"
        self._client = httpx.Client(
            base_url=f"{self.address}/v1/", verify=ssl.create_default_context(cafile=self.authority)
        )

    def call(self, method, path, body=None, namespace=""):
        """The answer, which may be any."""
        headers = {"X-Vault-Token": ROOT_TOKEN, "X-Vault-Namespace": namespace}
        return self._client.request(method, path, json=body, headers=headers)

    def do(self, path, body, namespace=""):
        """What is answered to who may do everything."""
        answer = self.call("POST", path, body, namespace)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def new_token(self, name, policy="default"):
        return self.do("auth/token/create", {"display_name": name, "policies": [policy]})["auth"]["client_token"]

    def seal(self):
        self.do("sys/seal", {})

    def unseal(self):
        self.do("sys/unseal", {"key": self._unseal_key})

    def stop(self):
        self._client.close()
        self._process.terminate()
        self._process.wait()


class Names:
    """A resolver that has this machine for every name."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                query, client = self._socket.recvfrom(512)
            except OSError:
                return
            end = query.index(b"\0", 12) + 5
            is_address = query[end - 4 : end - 2] == b"\0\1"
            answer = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x7f\0\0\1" if is_address else b""
            head = query[:2] + b"\x81\x80\0\1" + bytes([0, 1 if answer else 0]) + b"\0\0\0\0"
            self._socket.sendto(head + query[12:end] + answer, client)

    def close(self):
        self._socket.close()
