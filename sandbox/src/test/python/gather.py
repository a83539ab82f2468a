"""In a sandbox: calls a host that demands a secret, then copies all there is to read into a directory.

That is the environment, the state and the memory of each process (this one's is that of who made the call, as in a dump
of its core), and files. Its last line says what the host answered, and whether a process that crashed left a core.

Usage: gather.py URL DIRECTORY
"""

import glob
import os
import pathlib
import re
import resource
import shutil
import sys
import urllib.request

PLACES = ["/etc", "/tmp", "/run", "/var", "/dev/shm", "/home"]
MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r(.)\S+ \S+ \S+ (\d+) *(.*)")


def call(url):
    headers = {"Authorization": "Bearer " + os.environ["API_TOKEN"]}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return f"{answer.status} {answer.headers} {answer.read().decode()}"


def crash():
    """Whether a core was written."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError:
        print("the limit on cores can't be raised")
    child = os.fork()
    if child == 0:
        os.abort()
    return os.WCOREDUMP(os.waitpid(child, 0)[1])


def memory(process, to):
    """All of it but what files hold that nobody can write."""
    with open(f"{process}/mem", "rb", buffering=0) as source, open(to, "wb") as copy:
        for line in pathlib.Path(process, "maps").read_text().splitlines():
            mapping = MAPPING.match(line)
            if mapping is None or mapping[3] != "w" and mapping[4] != "0" or mapping[5] in ("[vvar]", "[vsyscall]"):
                continue
            first, end = int(mapping[1], 16), int(mapping[2], 16)
            try:
                source.seek(first)
                copy.write(source.read(end - first))
            except (OSError, OverflowError):
                continue


def gather(place):
    for process in glob.glob("/proc/[0-9]*"):
        target = place / process.removeprefix("/proc/")
        target.mkdir()
        for name in os.listdir(process):
            try:
                if os.path.isfile(f"{process}/{name}") and name not in ("mem", "kmsg", "pagemap", "clear_refs"):
                    (target / name).write_bytes(pathlib.Path(process, name).read_bytes())
            except OSError:
                continue
        try:
            memory(process, target / "memory")
        except OSError:
            continue
    for parent in PLACES:
        for path in pathlib.Path(parent).rglob("*"):
            if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
                shutil.copyfile(path, place / str(path).replace("/", "%"))


answer = call(sys.argv[1])
dumped = crash()
directory = pathlib.Path(sys.argv[2])
directory.mkdir()
gather(directory)
print(answer, f"dumped={dumped}")
