"""Mounting and unmounting: whatever happens, nothing stays mounted and no server of ours keeps running."""

import os
import select
import subprocess
import tempfile
import time

TO_MOUNT = 30
TO_END = 15


class MountFailed(Exception):
    """A filesystem did not come up; the message holds what its server printed."""


class Mount:
    """A filesystem that a server of our own shows at a directory, until `close`, which is idempotent."""

    def __init__(self, command, point, environment=None, announces=False):
        """Starts the server and waits: for its line `mounted` if it announces, else for the mount table."""
        self.point = str(point)
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env=dict(os.environ, **(environment or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if announces else self._log,
            stderr=self._log,
            start_new_session=True,
        )
        try:
            if announces:
                self._await_line()
            else:
                self._await_table()
        except BaseException:
            self.close()
            raise

    def _await_line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], TO_MOUNT)
        if not ready or not self.process.stdout.readline().startswith(b"mounted "):
            raise MountFailed(f"{self.point}: {self._printed()}")

    def _await_table(self):
        deadline = time.monotonic() + TO_MOUNT
        while self.point not in mount_points():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise MountFailed(f"{self.point}: {self._printed()}")
            time.sleep(0.01)

    def _printed(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip()[-500:] or "no message"

    def resident_kilobytes(self):
        """Memory of the server that lies in RAM now."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        raise MountFailed(f"{self.point}: its server has no VmRSS")

    def devices(self):
        """Minor device numbers of all filesystems at the mount point and below it."""
        return {minor for point, minor in _mount_table() if _lies_in(point, self.point)}

    def close(self):
        """Asks the server to end, takes away by force what is still mounted, and kills a server that stays."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(TO_END)
            except subprocess.TimeoutExpired:
                pass
        for point in sorted(mount_points(), reverse=True):
            if _lies_in(point, self.point):
                subprocess.run(["umount", "-l", point], check=False)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(TO_END)
        if self.process.stdout:
            self.process.stdout.close()
        self._log.close()


def mount_points():
    """All mount points, without touching any of them: a stat would hang on one whose server is stuck."""
    return [point for point, _ in _mount_table()]


def _mount_table():
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as table:
        for line in table:
            fields = line.split()
            yield fields[4], int(fields[2].split(":")[1])


def _lies_in(path, directory):
    return path == directory or path.startswith(directory + "/")
