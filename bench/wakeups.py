"""What a request to a filesystem in another process costs at least: two wake-ups. It differs tenfold between machines."""

import os
import time

ROUNDS = 3000


def microseconds():
    """To another process and back, on one processor and on two; medians are not needed, each is a mean of many."""
    processors = sorted(os.sched_getaffinity(0))
    same = _there_and_back(processors[0], processors[0])
    return same, same if len(processors) == 1 else _there_and_back(processors[0], processors[1])


def _there_and_back(mine, others):
    ask_read, ask_write = os.pipe()
    tell_read, tell_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.sched_setaffinity(0, {others})
        for _ in range(ROUNDS):
            os.read(ask_read, 1)
            os.write(tell_write, b"x")
        os._exit(0)
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {mine})
    began = time.perf_counter()
    for _ in range(ROUNDS):
        os.write(ask_write, b"x")
        os.read(tell_read, 1)
    took = time.perf_counter() - began
    os.sched_setaffinity(0, allowed)
    os.waitpid(child, 0)
    for end in (ask_read, ask_write, tell_read, tell_write):
        os.close(end)
    return took / ROUNDS * 1e6
