"""Ignore files with the meaning that git gives them (gitignore(5)). Names are bytes, as there."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLASSES = {
    b"alnum": rb"0-9A-Za-z",
    b"alpha": rb"A-Za-z",
    b"blank": rb" \t",
    b"cntrl": rb"\x00-\x1f\x7f",
    b"digit": rb"0-9",
    b"graph": rb"!-~",
    b"lower": rb"a-z",
    b"print": rb" -~",
    b"punct": rb"!-/:-@\[-`{-~",
    b"space": rb"\t-\r ",
    b"upper": rb"A-Z",
    b"xdigit": rb"0-9A-Fa-f",
}


@dataclass(frozen=True)
class Pattern:
    """One line of an ignore file that lies in the directory ``base`` (``b""`` for the root, else ending in a slash)."""

    base: bytes
    matcher: re.Pattern[bytes]
    keeps: bool
    directories_only: bool
    names_only: bool

    def matches(self, path: bytes, is_directory: bool) -> bool:
        """Whether the line is about this path, given from the root and without a slash at either end."""
        if (self.directories_only and not is_directory) or not path.startswith(self.base):
            return False
        inner = path[len(self.base) :]
        if self.names_only:
            inner = inner.rsplit(b"/", 1)[-1]
        return self.matcher.fullmatch(inner) is not None


def parse(text: bytes, base: bytes = b"") -> list[Pattern]:
    """Read an ignore file's lines; what git takes for no pattern is left out."""
    lines = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    patterns = (_pattern(line.removesuffix(b"\r"), base) for line in lines)
    return [pattern for pattern in patterns if pattern is not None]


def verdict(patterns: list[Pattern], path: bytes, is_directory: bool) -> bool | None:
    """Whether the last line about this path ignores it; None if none is. Directories above it are not looked at."""
    for pattern in reversed(patterns):
        if pattern.matches(path, is_directory):
            return not pattern.keeps
    return None


def _pattern(line: bytes, base: bytes) -> Pattern | None:
    if line.startswith(b"#"):
        return None
    line = _without_trailing_spaces(line)
    keeps = line.startswith(b"!")
    if keeps:
        line = line[1:]
    directories_only = line.endswith(b"/")
    if directories_only:
        line = line[:-1]
    names_only = b"/" not in line
    line = line.removeprefix(b"/")
    if not line:
        return None
    expression = _expression(line)
    if expression is None:
        return None
    return Pattern(base, re.compile(expression, re.DOTALL), keeps, directories_only, names_only)


def _without_trailing_spaces(line: bytes) -> bytes:
    end = len(line)
    at = 0
    kept = 0
    while at < end:
        if line[at : at + 1] == b"\\":
            at = min(at + 2, end)
            kept = at
        else:
            at += 1
            if line[at - 1 : at] != b" ":
                kept = at
    return line[:kept]


def _expression(glob: bytes) -> bytes | None:
    """The same as a regular expression; None for a pattern that nothing matches."""
    out = b""
    at = 0
    while at < len(glob):
        char = glob[at : at + 1]
        if char == b"*":
            piece, at = _stars(glob, at)
        elif char == b"?":
            piece, at = b"[^/]", at + 1
        elif char == b"[":
            found = _brackets(glob, at)
            if found is None:
                return None
            piece, at = found
        elif char == b"\\":
            if at + 1 == len(glob):
                return None
            piece, at = re.escape(glob[at + 1 : at + 2]), at + 2
        else:
            piece, at = re.escape(char), at + 1
        out += piece
    return out


def _stars(glob: bytes, at: int) -> tuple[bytes, int]:
    end = at
    while glob[end : end + 1] == b"*":
        end += 1
    begins = at == 0 or glob[at - 1 : at] == b"/"
    ends = end == len(glob) or glob[end : end + 1] == b"/"
    if end - at < 2 or not (begins and ends):
        return b"[^/]*", end
    if end == len(glob):
        return b".*", end
    return b"(?:.*/)?", end + 1


def _brackets(glob: bytes, at: int) -> tuple[bytes, int] | None:
    end = at + 1
    negated = glob[end : end + 1] in (b"!", b"^")
    if negated:
        end += 1
    first = end
    inside = b""
    while glob[end : end + 1] != b"]" or end == first:
        if end >= len(glob):
            return None
        item = _class(glob, end) or _range(glob, end)
        if item is None:
            return None
        inside += item[0]
        end = item[1]
    if not inside:
        return (b"[^/]" if negated else b"(?!)"), end + 1
    return b"(?!/)[" + (b"^" if negated else b"") + inside + b"]", end + 1


def _class(glob: bytes, at: int) -> tuple[bytes, int] | None:
    if glob[at : at + 2] != b"[:":
        return None
    end = glob.find(b":]", at)
    members = _CLASSES.get(glob[at + 2 : end]) if end > 0 else None
    return None if members is None else (members, end + 2)


def _range(glob: bytes, at: int) -> tuple[bytes, int] | None:
    low, at = _member(glob, at)
    if low is None:
        return None
    if glob[at : at + 1] != b"-" or glob[at + 1 : at + 2] in (b"]", b""):
        return _escaped(low), at
    high, at = _member(glob, at + 1)
    if high is None:
        return None
    if high < low:
        return _escaped(low), at  # it stands for itself before it is an end
    return _escaped(low) + b"-" + _escaped(high), at


def _member(glob: bytes, at: int) -> tuple[bytes | None, int]:
    if glob[at : at + 1] == b"\\":
        at += 1
    char = glob[at : at + 1]
    return (char or None), at + 1


def _escaped(char: bytes) -> bytes:
    return b"\\x%02x" % char[0]
