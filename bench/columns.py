"""What is compared: each column of the table shows a base in its own way."""

from dataclasses import dataclass, field
from pathlib import Path

from mounts import Mount

AGENTFENSE = Path(__file__).resolve().parent.parent / "bin" / "agentfense"


@dataclass(frozen=True)
class Column:
    """A way to show a directory; `arguments` makes the server's command, and None means the directory itself."""

    name: str
    about: str
    arguments: object = None
    writes: bool = True
    ours: bool = False

    def show(self, base, scratch):
        """Mounts it below an empty scratch directory; what is there for the base until it is closed."""
        point = scratch / "mnt"
        for name in ("mnt", "upper", "work", "state"):
            (scratch / name).mkdir()
        if self.arguments is None:
            return View(self, base)
        command = self.arguments(base, scratch, point)
        mount = Mount(command, point, {"AGENTFENSE_STATE": str(scratch / "state")}, announces=self.ours)
        return View(self, point, mount)


@dataclass
class View:
    """A base as one column shows it."""

    column: Column
    root: Path
    mount: Mount | None = None
    resident_at_start: int = field(init=False, default=0)

    def __post_init__(self):
        if self.mount and self.column.ours:
            self.resident_at_start = self.mount.resident_kilobytes()

    def grown_kilobytes(self):
        """How much its server's memory has grown since it said that it was ready."""
        return self.mount.resident_kilobytes() - self.resident_at_start

    def close(self):
        if self.mount:
            self.mount.close()


def _bindfs(base, scratch, point):
    return ["bindfs", "-f", base, point]


def _fuse_overlayfs(base, scratch, point):
    layers = f"lowerdir={base},upperdir={scratch / 'upper'},workdir={scratch / 'work'}"
    return ["fuse-overlayfs", "-f", "-o", layers, point]


def _mergerfs(base, scratch, point):
    return ["mergerfs", "-f", base, point]


def _ours(*options):
    return lambda base, scratch, point: [AGENTFENSE, "mount", *options, base, point]


NATIVE = "native"

COLUMNS = (
    Column(NATIVE, "the directory itself"),
    Column("bindfs", "bindfs with its defaults", _bindfs),
    Column("fuse-overlayfs", "an upper directory on the same disk", _fuse_overlayfs),
    Column("mergerfs", "one branch, its defaults", _mergerfs),
    Column("agent-safe", "mount --preset agent-safe", _ours("--preset", "agent-safe"), ours=True),
    Column("read-only", "mount --preset read-only", _ours("--preset", "read-only"), writes=False, ours=True),
    Column("development", "mount --preset development", _ours("--preset", "development"), ours=True),
    Column(
        "direct",
        "mount --direct --preset development",
        _ours("--direct", "--preset", "development"),
        ours=True,
    ),
    Column(
        "strict-open",
        "mount --strict-open --preset agent-safe",
        _ours("--strict-open", "--preset", "agent-safe"),
        ours=True,
    ),
)
