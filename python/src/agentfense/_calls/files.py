"""Files as a sandbox sees them: its rules hold, and its uncommitted changes are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentfense._call import Call, StreamCall, Subject, nothing, without_none
from agentfense._calls.sandboxes import path_of
from agentfense._time import timestamp
from agentfense.entries import Entries, Entry, Match, Matches
from agentfense.events import FileEvent

if TYPE_CHECKING:
    import httpx


class Place:
    """A path in a sandbox over a codebase, with the calls about it."""

    def __init__(self, sandbox_id: str, codebase_id: str, path: str) -> None:
        self._sandbox_id = sandbox_id
        self._codebase_id = codebase_id
        self._path = path

    def read(self) -> Call[bytes]:
        """Its content."""
        return Call(self._about("read file"), "GET", self._at("content"), lambda r: r.content, query=self._query())

    def write(self, content: bytes, mode: int | None) -> Call[Entry]:
        """Replace its content as a whole."""
        query = without_none({"path": self._path, "mode": None if mode is None else f"{mode:o}"})
        about = self._about("write file")
        return Call(about, "PUT", self._at("content"), lambda r: _entry(r.json()), query=query, content=content)

    def stat(self) -> Call[Entry]:
        """What it is."""
        about = self._about("stat file")
        return Call(about, "GET", self._at("stat"), lambda r: _entry(r.json()), query=self._query())

    def list(self, depth: int) -> Call[Entries]:
        """What is in it."""
        query = {"path": self._path, "depth": str(depth)}
        return Call(self._about("list directory"), "GET", self._at("list"), _entries, query=query)

    def make_directory(self, parents: bool) -> Call[None]:
        """Make it."""
        return self._post("make directory", "mkdir", path=self._path, parents=parents)

    def move(self, to: str, replace: bool) -> Call[None]:
        """Rename it."""
        return self._post("move file", "move", fromPath=self._path, toPath=to, replace=replace)

    def remove(self, recursive: bool) -> Call[None]:
        """Remove it."""
        return self._post("remove file", "remove", path=self._path, recursive=recursive)

    def search(self, name: str, text: str, regex: bool, limit: int) -> Call[Matches]:
        """Look for names and lines below it."""
        body = {"path": self._path, "name": name, "text": text, "regex": regex, "limit": limit}
        return Call(self._about("search"), "POST", self._at("search"), _matches, json=body)

    def watch(self) -> StreamCall[FileEvent]:
        """What changes in it and below; the first event says that the watch has begun."""
        about = self._about("watch files")
        return StreamCall(about, "GET", self._at("watch"), _event, query=self._query())

    def _about(self, operation: str) -> Subject:
        return Subject(operation, sandbox_id=self._sandbox_id, codebase_id=self._codebase_id, path=self._path)

    def _at(self, what: str) -> str:
        return path_of(self._sandbox_id, "fs", what)

    def _query(self) -> dict[str, str]:
        return {"path": self._path}

    def _post(self, operation: str, what: str, **body: object) -> Call[None]:
        return Call(self._about(operation), "POST", self._at(what), nothing, json=body)


def _entry(json: Any) -> Entry:
    return Entry(
        path=json["path"],
        name=json["name"],
        type=json["type"].lower(),
        size=int(json["size"]),
        mode=json["mode"],
        modified_at=timestamp(json["modifiedAt"]),
        link_target=json["linkTarget"] or None,
    )


def _event(json: Any) -> FileEvent:
    return FileEvent(kind=json["kind"].lower(), path=json["path"])


def _entries(response: httpx.Response) -> Entries:
    json = response.json()
    entries = Entries(_entry(one) for one in json["entries"])
    entries.truncated = json["truncated"]
    return entries


def _matches(response: httpx.Response) -> Matches:
    json = response.json()
    matches = Matches(Match(one["path"], one["line"], one["text"]) for one in json["matches"])
    matches.truncated = json["truncated"]
    return matches
