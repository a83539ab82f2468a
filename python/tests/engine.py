"""A Docker Engine that the tests have for themselves, which knows one image."""

import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Engine:
    """An engine below a directory, in a network namespace of its own; `host` is where it listens once it runs."""

    def __init__(self, directory):
        self._directory = directory
        self.host = f"unix://{directory}/docker.sock"

    def start(self, image):
        """Returns when it answers and has a small Debian by that name."""
        self._log = (self._directory / "log").open("w", encoding="utf-8")
        script = (
            "ip link set lo up; exec dockerd --host unix://$0/docker.sock --data-root $0/data --exec-root $0/exec"
            " --pidfile $0/pid"
        )
        self._process = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", script, str(self._directory)], stdout=self._log, stderr=self._log
        )
        while subprocess.run(self._command("version"), capture_output=True, check=False).returncode != 0:
            assert self._process.poll() is None, (self._directory / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
        maker = [ROOT / "docker" / "src" / "test" / "sh" / "debian-image", self._directory / "image"]
        with subprocess.Popen(maker, stdout=subprocess.PIPE) as archive:
            subprocess.run(self._command("import", "-", image), stdin=archive.stdout, check=True, capture_output=True)

    def _command(self, *arguments):
        return ["docker", "--host", self.host, *arguments]

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._log.close()
        mounted = f"grep -o '{self._directory}[^ ]*' /proc/mounts | xargs -r umount -l"
        subprocess.run(["sh", "-c", mounted], check=True)
