"""A program that creates or removes many small files in one directory and prints the seconds it took."""

import os
import sys
import time

CONTENT = b"x" * 512


def create(directory, count):
    os.mkdir(directory)
    for number in range(count):
        file = os.open(f"{directory}/file{number}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        os.write(file, CONTENT)
        os.close(file)


def remove(directory, count):
    for number in range(count):
        os.unlink(f"{directory}/file{number}")
    os.rmdir(directory)


if __name__ == "__main__":
    started = time.perf_counter()
    {"create": create, "remove": remove}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
    print(time.perf_counter() - started)
