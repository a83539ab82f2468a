"""The trees that are measured: made from a seed, so that every run has the same files."""

import os
import random
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from processes import timed

FILES = 50_000
PART_FILES = 5_000
FILES_PER_DIRECTORY = 10
DEEPEST = 7
LARGE_BYTES = 256 << 20
C_FILES = 20
# Long ago, so that git finds no file younger than its index and need not read any for that reason.
MODIFIED = 1_600_000_000


@dataclass(frozen=True)
class Corpus:
    """What is on the disk: the large tree for reading, and what the write operations start from."""

    tree: Path
    part: Path
    archive: Path
    repository: Path

    def private_base(self, directory):
        """A smaller base for one column alone, so that no column's writes wake another's watches."""
        directory.mkdir()
        shutil.copytree(self.part, directory / "src")
        _c_sources(directory / "c")
        _large_file(directory / "large")
        (directory / "output").mkdir()
        (directory / "tmp").mkdir()
        return directory


def make(directory, files=FILES):
    """Makes the corpus below an empty directory, the large tree with this many files."""
    tree, part, archive = directory / "tree", directory / "part", directory / "part.tar"
    words = _words(random.Random(1))
    _sources(tree, files, random.Random(2), words)
    (tree / "output").mkdir()
    (tree / "tmp").mkdir()
    (tree / "bin").mkdir()
    (tree / "bin" / "true").write_bytes(Path("/bin/true").read_bytes())
    (tree / "bin" / "true").chmod(0o755)
    _sources(part, PART_FILES, random.Random(3), words)
    with tarfile.open(archive, "w") as tar:
        tar.add(part, "part")
    return Corpus(tree, part, archive, _repository(tree, directory / "tree.git"))


def _repository(tree, directory):
    """A repository whose one commit holds the tree, which is its work tree but does not contain it."""
    git = ["git", f"--git-dir={directory}", f"--work-tree={tree}", "-c", "user.name=bench", "-c", "user.email=bench@"]
    for arguments in (["init", "-q"], ["add", "."], ["-c", "gc.auto=0", "commit", "-q", "-m", "All"]):
        timed([*git, *arguments], tree)
    return directory


def _words(rng):
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(4000)]


def _sources(root, files, rng, words):
    """Files of 100 bytes to 60 KB, most of them small, in directories up to eight deep, named as sources are."""
    text = "\n".join(" ".join(rng.choices(words, k=9)) for _ in range(7_000))
    places = [root]
    root.mkdir()
    while len(places) < files // FILES_PER_DIRECTORY:
        parent = rng.choice(places[-200:])
        if len(parent.parts) - len(root.parts) >= DEEPEST:
            parent = root
        places.append(parent / f"{rng.choice(words)}{len(places)}")
        places[-1].mkdir()
    for number in range(files):
        name = f"{rng.choice(words)}_{number}.{rng.choice(('java', 'py', 'c', 'h', 'ts', 'md', 'json'))}"
        size = min(60_000, 100 + int(rng.lognormvariate(7.6, 1.1)))
        start = rng.randrange(len(text) - 60_000)
        path = places[number % len(places)] / name
        path.write_text(text[start : start + size], "ascii")
        os.utime(path, (MODIFIED, MODIFIED))


def _c_sources(directory):
    directory.mkdir()
    (directory / "common.h").write_text("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n")
    for number in range(C_FILES):
        functions = "\n".join(
            f'int f{number}_{i}(const char *s) {{ printf("%s %d\\n", s, {i}); return (int) strlen(s) + {i}; }}'
            for i in range(40)
        )
        (directory / f"part{number}.c").write_text(f'#include "common.h"\n{functions}\n')


def _large_file(path):
    block = random.Random(4).randbytes(1 << 20)
    with open(path, "wb") as file:
        for _ in range(LARGE_BYTES >> 20):
            file.write(block)
