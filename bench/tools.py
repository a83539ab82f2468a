"""The programs that are measured or compared with, by command and Debian package."""

import os
import shutil
import subprocess
import sys

PACKAGES = {
    "bindfs": "bindfs",
    "fuse-overlayfs": "fuse-overlayfs",
    "mergerfs": "mergerfs",
    "fusermount3": "fuse3",
    "bwrap": "bubblewrap",
    "fio": "fio",
    "sqlite3": "sqlite3",
    "git": "git",
    "rg": "ripgrep",
    "gcc": "gcc",
}


def install_missing():
    """Installs what is missing where this user may; else ends the program and says what to install."""
    missing = sorted({package for command, package in PACKAGES.items() if not shutil.which(command)})
    if not missing:
        return
    if os.geteuid() != 0:
        sys.exit(f"bench: missing packages; install them with: sudo apt-get install {' '.join(missing)}")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", *missing]):
        subprocess.run(["apt-get", *arguments], check=True, env=environment, stdout=sys.stderr)
