"""A program that starts a binary many times, one after the other, and prints the median seconds of one."""

import os
import statistics
import sys
import time


def seconds(path):
    """From before the start until its end is known."""
    started = time.perf_counter()
    process = os.posix_spawn(path, [path], os.environ)
    _, status = os.waitpid(process, 0)
    if status != 0:
        sys.exit(f"{path}: wait status {status}")
    return time.perf_counter() - started


if __name__ == "__main__":
    print(statistics.median(seconds(sys.argv[1]) for _ in range(int(sys.argv[2]))))
