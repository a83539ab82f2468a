"""What is timed in each column. An operation takes a `Site` and gives its seconds; its name is its row in the table.

The order within a list is part of the meaning: "first" is the first pass of that kind after a fresh mount, of a base
that the kernel holds in memory.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from columns import View
from corpus import Corpus
from processes import output, timed

HERE = Path(__file__).resolve().parent
ABSENT = "a line that no file holds"
SMALL_FILES = 10_000
EXECS = 300


@dataclass(frozen=True)
class Site:
    """Where an operation works: a view, and a directory of its own on the bare disk."""

    view: View
    scratch: Path
    corpus: Corpus

    @property
    def root(self):
        return self.view.root

    @property
    def output(self):
        return self.root / "output"


@dataclass(frozen=True)
class Operation:
    """A row: `run` gives the seconds that it took."""

    name: str
    run: object
    writes: bool = False


def command(*words, accepted=(0,)):
    """An operation's work: a command in the root of the view."""
    return lambda site: timed([str(word) for word in words], site.root, accepted)


def shell(script):
    """The same for a line of shell."""
    return command("sh", "-c", script)


def git_status(site):
    """The repository lies on the bare disk for every column, since presets hide or protect a `.git` in the tree.

    Each column has an index of its own, which holds the inode numbers that it shows; a first call, untimed, renews it.
    """
    index = site.scratch / "index"
    if not index.exists():
        shutil.copy(site.corpus.repository / "index", index)
    environment = {
        "GIT_DIR": str(site.corpus.repository),
        "GIT_WORK_TREE": str(site.root),
        "GIT_INDEX_FILE": str(index),
    }
    status = ["git", "status", "--porcelain"]
    timed(status, site.root, environment=environment)
    return timed(status, site.root, environment=environment)


def small_files(action):
    """Creates or removes the small files; the program times itself, without Python's own start."""
    return lambda site: float(
        output([sys.executable, "-SE", str(HERE / "small_files.py"), action, f"{site.output}/many", str(SMALL_FILES)])
    )


def execute(site):
    """Median seconds of one start of a binary that lies in the view."""
    return float(output([sys.executable, "-SE", str(HERE / "spawn.py"), f"{site.root}/bin/true", str(EXECS)]))


def sqlite(journal, inserts):
    """Inserts, each a transaction of its own that sqlite syncs to the disk."""

    def run(site):
        script = site.scratch / f"{journal}.sql"
        lines = "".join(f"INSERT INTO t(v) VALUES ('row {number}');\n" for number in range(inserts))
        script.write_text(
            f"PRAGMA journal_mode={journal};\nPRAGMA synchronous=FULL;\n"
            f"CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);\n{lines}"
        )
        database = site.output / f"{journal}.db"
        return timed(["sqlite3", str(database), f".read {script}"])

    return run


def fio(kind, block, size, name):
    """Seconds that fio says one pass over a file took; `name` is relative to the root of the view."""

    def run(site):
        printed = output(
            [
                "fio",
                "--name=job",
                f"--rw={kind}",
                f"--bs={block}",
                f"--size={size}",
                f"--filename={site.root / name}",
                "--ioengine=psync",
                "--invalidate=0",
                "--fallocate=none",
                "--randseed=7",
                "--output-format=json",
            ],
            site.scratch,
        )
        job = json.loads(printed)["jobs"][0]
        side = job["read"] if "read" in kind else job["write"]
        return side["io_bytes"] / side["bw_bytes"]

    return run


def build(site):
    """Compiles each C file to an object in the output directory."""
    script = 'for source in c/*.c; do gcc -c -o "output/$(basename "$source").o" "$source"; done'
    return timed(["sh", "-c", script], site.root)


GREP = command("grep", "-r", ABSENT, ".", accepted=(1,))
RIPGREP = command("rg", "-uuu", "-j2", ABSENT, ".", accepted=(1,))
TAR = shell("tar cf - . | cat >/dev/null")
LIST = shell("ls -lR >/dev/null")
FIND = shell("find . >/dev/null")

WALK = (
    Operation("find, first", FIND),
    Operation("find, second", FIND),
    Operation("find, third", FIND),
    Operation("ls -lR, first after find", LIST),
    Operation("ls -lR, second", LIST),
)

READ = (
    Operation("grep -r, first", GREP),
    Operation("grep -r, second", GREP),
    Operation("grep -r, third", GREP),
    Operation("rg", RIPGREP),
    Operation("tar to a pipe", TAR),
    Operation("git status", git_status),
    Operation("exec of a binary", execute),
)

# All that removes comes last: ext4 steps over recently freed inodes one by one (recently_deleted() in fs/ext4/ialloc.c),
# so files made within minutes of a removal would cost whoever makes them several times as much.
FILES = (
    Operation("fio sequential read, first", fio("read", "1M", "256M", "large")),
    Operation("fio sequential read, second", fio("read", "1M", "256M", "large")),
    Operation("fio random read", fio("randread", "4k", "64M", "large")),
    Operation("gcc, 20 files", build, writes=True),
    Operation("cp -r, 5,000 files", command("cp", "-r", "src", "output/copy"), writes=True),
    Operation("untar, 5,000 files", lambda site: timed(["tar", "xf", str(site.corpus.archive)], site.output), writes=True),
    Operation("create 10,000 files", small_files("create"), writes=True),
    Operation("sqlite, WAL", sqlite("WAL", 2000), writes=True),
    Operation("sqlite, rollback journal", sqlite("DELETE", 500), writes=True),
    Operation("fio sequential write", fio("write", "1M", "256M", "output/fio"), writes=True),
    Operation("fio random write", fio("randwrite", "4k", "64M", "output/fio"), writes=True),
    Operation("rm -r, 5,000 files", command("rm", "-r", "output/copy"), writes=True),
    Operation("remove 10,000 files", small_files("remove"), writes=True),
)
