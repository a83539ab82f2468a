"""Ignore files mean what git says that they mean."""

import os
import random
import re
import subprocess

import pytest

from agentfense import count_files, ignore, parse_ignore_file, walk_directory
from agentfense._archive import pieces
from agentfense._tree import Rules, walk

PIECES = ["a", "b", "*", "?", "/", "**/", "/**", "[ab]", "[!a]", "[^b]", "[a-c]", "[c-a]", "[]a]", "[[:alpha:]]"]
PIECES += ["\\*", "\\", " ", "!", "#", "[a-", "-", "]", "c", ".", "ä"]

# git compares two unrelated pointers where two stars follow something else than a slash, and may take them for more.
UNDEFINED = re.compile(r"[^/!]\*\*+/")


def oracle(root, paths):
    """Those of the paths that git ignores."""
    command = ["git", "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin"]
    said = subprocess.run(command, cwd=root, input=b"\0".join(paths), stdout=subprocess.PIPE, check=False).stdout
    fields = said.split(b"\0")
    records = [fields[at : at + 4] for at in range(0, len(fields) - 1, 4)]
    assert len(records) == len(paths)
    return {path for source, _, pattern, path in records if source and not pattern.startswith(b"!")}


def ours(patterns, paths):
    """The same by this package: what is below something ignored is ignored."""

    def ignored(path):
        parts = path.split(b"/")
        steps = [b"/".join(parts[:length]) for length in range(1, len(parts))]
        return any(ignore.verdict(patterns, step, True) for step in steps) or ignore.verdict(patterns, path, False)

    return {path for path in paths if ignored(path)}


def names(chance):
    return "".join(chance.choice("aab*c #!.-]ä") for _ in range(chance.randint(1, 3)))


@pytest.mark.parametrize("seed", range(40))
def test_random_patterns_mean_the_same_as_to_git(tmp_path, seed):
    chance = random.Random(seed)
    lines = ["".join(chance.choice(PIECES) for _ in range(chance.randint(1, 6))) for _ in range(8)]
    text = "".join(f"{line}\n" for line in lines if not UNDEFINED.search(line)).encode()
    paths = {"/".join(names(chance) for _ in range(chance.randint(1, 4))) for _ in range(60)}
    usable = sorted(path.encode() for path in paths if not {".", ".."} & set(path.split("/")))
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_bytes(text)
    assert ours(ignore.parse(text), usable) == oracle(tmp_path, usable), text


@pytest.mark.parametrize(
    ("line", "ignored", "kept"),
    [
        ("/build", ["build", "build/x"], ["src/build"]),
        ("docs/*.md", ["docs/a.md"], ["docs/sub/a.md", "x/docs/a.md"]),
        ("**/foo", ["foo", "a/b/foo"], ["foobar"]),
        ("a/**/b", ["a/b", "a/x/y/b"], ["b"]),
        ("secrets/", ["secrets/key"], ["secrets"]),
        ("*.key\n!public.key", ["a.key", "x/b.key"], ["public.key", "x/public.key"]),
        ("dir/\n!dir/kept", ["dir/kept"], []),
        ("#name\n\\#name", ["#name"], ["name"]),
        ("name \nlast\\ ", ["name", "last "], ["name ", "last"]),
    ],
)
def test_a_pattern_that_the_first_implementation_got_wrong(tmp_path, line, ignored, kept):
    paths = [path.encode() for path in ignored + kept]
    assert ours(ignore.parse(line.encode()), paths) == {path.encode() for path in ignored}
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text(line, encoding="utf-8")
    assert oracle(tmp_path, paths) == {path.encode() for path in ignored}


def make(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_nested_ignore_files_hold_below_themselves(tmp_path):
    make(tmp_path, {".gitignore": "*.log\n", "a.log": "", "sub/.gitignore": "!b.log\n/c\n", "sub/b.log": ""})
    make(tmp_path, {"sub/c": "", "sub/deep/c": "", "c": ""})
    assert {path for path, _ in walk_directory(tmp_path)} == {
        ".gitignore",
        "c",
        "sub/.gitignore",
        "sub/b.log",
        "sub/deep/c",
    }


def test_what_the_caller_ignores_no_file_of_the_project_brings_back(tmp_path):
    make(tmp_path, {".sandboxignore": "!secrets/\n!*.pem\n", "secrets/a": "", "b.pem": "", "c": ""})
    assert {path for path, _ in walk_directory(tmp_path, ["secrets/", "*.pem"])} == {".sandboxignore", "c"}


def test_a_sandboxignore_counts_for_more_than_a_gitignore(tmp_path):
    make(tmp_path, {".sandboxignore": "*.key\n", "sub/.gitignore": "!a.key\n", "sub/a.key": "", "sub/b": ""})
    assert {path for path, _ in walk_directory(tmp_path)} == {".sandboxignore", "sub/.gitignore", "sub/b"}


def test_the_sandboxignore_of_the_requirements_keeps_all_its_files_at_home(tmp_path):
    patterns = [".env*", "secrets/", "credentials*", "*.key", "*.pem", ".aws/", ".gcp/", ".azure/", ".git/"]
    patterns += ["node_modules/", "__pycache__/", "dist/", "build/"]
    hidden = [pattern.replace("*", "x") + ("f" if pattern.endswith("/") else "") for pattern in patterns]
    make(tmp_path, {prefix + name: "" for name in hidden for prefix in ("", "a/", "a/b/")})
    make(tmp_path, {".sandboxignore": "\n".join(patterns), "kept": "", "a/b/kept": ""})
    assert {path for path, _ in walk_directory(tmp_path)} == {".sandboxignore", "kept", "a/b/kept"}


def test_nothing_takes_in_again_what_an_ignore_file_of_agents_names(tmp_path):
    make(tmp_path, {".agentignore": "*.key\n!public.key\n/notes/\n", "sub/.aiignore": "!b.key\n"})
    make(tmp_path, {"sub/.cursorignore": "c\n", ".sandboxignore": "!*.key\n", "sub/.gitignore": "!a.key\n"})
    names = ["a.key", "b.key", "public.key", "notes/x", "c"]
    make(tmp_path, {prefix + name: "" for name in names for prefix in ("", "sub/")})
    found = {entry.path for entry in walk(tmp_path, Rules.of(["!*.key"], True, True))}
    assert found == {
        ".sandboxignore",
        "c",
        "public.key",
        "sub",
        "sub/.gitignore",
        "sub/b.key",
        "sub/notes",
        "sub/notes/x",
        "sub/public.key",
    }
    assert {"a.key", ".agentignore", "sub/c"} <= {entry.path for entry in walk(tmp_path, Rules.of(None, True))}


@pytest.mark.parametrize("kind", ["link", "directory", "fifo"])
def test_an_ignore_file_of_agents_that_is_none_stops_the_walk(tmp_path, kind):
    make(tmp_path, {"patterns": "*.key\n", "project/sub/a.key": ""})
    place = tmp_path / "project" / "sub" / ".agentignore"
    {
        "link": lambda: place.symlink_to(tmp_path / "patterns"),
        "directory": place.mkdir,
        "fifo": lambda: os.mkfifo(place),
    }[kind]()
    with pytest.raises(OSError, match="agentignore"):
        list(walk(tmp_path / "project", Rules.of(None, True, True)))


def test_no_link_brings_a_file_from_outside(tmp_path):
    root = tmp_path / "project"
    make(tmp_path, {"outside": "s3cret", "project/sub/inside": "x"})
    for name, target in {
        "absolute": str(tmp_path / "outside"),
        "up": "../outside",
        "sub/over": "../../outside",
        "good": "sub/inside",
        "sub/good": "../sub/inside",
        "through": "sub/../../outside",
    }.items():
        (root / name).symlink_to(target)
    found = {entry.path: entry for entry in walk(root, Rules.of(None, True))}
    assert set(found) == {"sub", "sub/inside", "good", "sub/good"}
    assert b"s3cret" not in b"".join(pieces(found.values()))
    assert {path for path, _ in walk_directory(root)} == {"sub/inside"}


def test_a_file_that_becomes_shorter_meanwhile_is_an_error(tmp_path):
    make(tmp_path, {"a": "x" * 1_000_000})
    stream = pieces(walk(tmp_path, Rules.of(None, True)))
    next(stream)
    os.truncate(tmp_path / "a", 10)
    with pytest.raises(OSError, match="shorter"):
        list(stream)


def test_files_are_counted_without_what_is_ignored(tmp_path):
    make(tmp_path, {"a": "12345", "b.pyc": "123"})
    assert count_files(tmp_path) == (1, 5)
    make(tmp_path, {".x": "# no\n\n *.log \n"})
    assert parse_ignore_file(tmp_path / ".x") == ["*.log"]
    assert parse_ignore_file(tmp_path / "none") == []
