"""Builds a C program in stages, in one shell session: what a stage sets or makes is there for the next.

Usage: build_session.py
"""

import tempfile
from pathlib import Path

from agentfense import Sandbox

PROJECT = {
    "src/greet.c": '#include <stdio.h>\nvoid greet(const char *whom) { printf("hello, %s\\n", whom); }\n',
    "src/main.c": "void greet(const char *);\nint main(void) { greet(WHOM); return 0; }\n",
    "VERSION": "1.2\n",
}

STAGES = {
    "configure": """
        cd output
        export CFLAGS='-O2 -Wall -DWHOM="world"' VERSION=$(cat ../VERSION)
        say() { echo "$VERSION: $*"; }
    """,
    "compile": """
        mkdir -p objects
        for source in ../src/*.c; do
            cc $CFLAGS -c "$source" -o "objects/$(basename "$source" .c).o" && say "compiled $source" || exit
        done
        cc objects/*.o -o greet
    """,
    "test": """
        [ "$(./greet)" = "hello, world" ] && say passed
    """,
    "package": """
        tar -czf "greet-$VERSION.tar.gz" greet && say "packed greet-$VERSION.tar.gz"
    """,
}

RULES = [
    {"pattern": "**/*", "permission": "read"},
    {"pattern": "/output/**", "permission": "write", "priority": 10},
]


def lay_out(directory):
    for name, text in PROJECT.items():
        file = Path(directory, name)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    Path(directory, "output").mkdir()


def build(sandbox):
    with sandbox.session() as session:
        for stage, commands in STAGES.items():
            result = session.exec(commands, timeout=120)
            print(f"== {stage}\n{result.output}".rstrip())
            result.raise_on_error()


def main():
    with tempfile.TemporaryDirectory() as directory:
        lay_out(directory)
        with Sandbox.from_local(directory, permissions=RULES) as sandbox:
            build(sandbox)
            package = sandbox.read_file_bytes("output/greet-1.2.tar.gz")
            print(f"== got {len(package)} bytes")


if __name__ == "__main__":
    main()
