"""Codebases and their files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from agentfense import _archive, _progress, _wire
from agentfense._call import Call, Subject, nothing, without_none
from agentfense._tree import Rules, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import httpx

    from agentfense.types import Codebase, DirectoryUpload, FileInfo, UploadResult


def create_codebase(name: str, owner_id: str) -> Call[Codebase]:
    """A new one, empty."""
    subject = Subject("create codebase", codebase_id="")
    return Call(subject, "POST", "/v1/codebases", _codebase, json={"name": name, "ownerId": owner_id})


def get_codebase(codebase_id: str) -> Call[Codebase]:
    """Its record."""
    return Call(Subject("get codebase", codebase_id=codebase_id), "GET", _path(codebase_id), _codebase)


def list_codebases(owner_id: str | None) -> Call[list[Codebase]]:
    """All that the caller may see, or one owner's."""
    query = without_none({"owner_id": owner_id})
    return Call(Subject("list codebases"), "GET", "/v1/codebases", _codebases, query=query)


def delete_codebase(codebase_id: str) -> Call[None]:
    """Delete it with its files."""
    return Call(Subject("delete codebase", codebase_id=codebase_id), "DELETE", _path(codebase_id), nothing)


def upload_file(codebase_id: str, file_path: str, content: bytes) -> Call[UploadResult]:
    """Put one file there, as a whole."""
    subject = Subject("upload file", codebase_id=codebase_id, path=file_path, uploads=True)
    return Call(
        subject, "PUT", _path(codebase_id, "files", quote(os.fsencode(file_path.lstrip("/")))), _upload, content=content
    )


def upload_directory(
    codebase_id: str,
    directory: str | os.PathLike[str],
    ignore_patterns: Iterable[str] | None,
    progress: bool,
    agent_ignore: bool,
) -> Call[DirectoryUpload]:
    """Put everything below a directory there that is not ignored, as one stream: all of it or nothing."""
    subject = Subject("upload directory", codebase_id=codebase_id, path=str(directory), uploads=True)
    rules = Rules.of(ignore_patterns, True, agent_ignore)
    root = Path(directory)

    def content() -> Iterator[bytes]:
        pieces = _archive.pieces(walk(root, rules))
        if progress and _progress.has_terminal():
            return _progress.shown(pieces, _archive.size(walk(root, rules)))
        return pieces

    return Call(subject, "POST", _path(codebase_id, "archive"), _directory, content=content)


def download_file(codebase_id: str, file_path: str) -> Call[bytes]:
    """A file's content."""
    subject = Subject("download file", codebase_id=codebase_id, path=file_path)
    return Call(subject, "GET", _path(codebase_id, "files", quote(os.fsencode(file_path.lstrip("/")))), _content)


def list_files(codebase_id: str, path: str, recursive: bool) -> Call[list[FileInfo]]:
    """A directory's entries."""
    subject = Subject("list files", codebase_id=codebase_id, path=path or None)
    query = {"path": path, "recursive": "true" if recursive else "false"}
    return Call(subject, "GET", _path(codebase_id, "files"), _files, query=query)


def _path(codebase_id: str, *more: str) -> str:
    return "/".join(("/v1/codebases", quote(codebase_id, safe=""), *more))


def _codebase(response: httpx.Response) -> Codebase:
    return _wire.codebase(response.json())


def _codebases(response: httpx.Response) -> list[Codebase]:
    return [_wire.codebase(one) for one in response.json()["codebases"]]


def _upload(response: httpx.Response) -> UploadResult:
    return _wire.upload_result(response.json())


def _directory(response: httpx.Response) -> DirectoryUpload:
    return _wire.directory_upload(response.json())


def _files(response: httpx.Response) -> list[FileInfo]:
    return [_wire.file_info(one) for one in response.json()["files"]]


def _content(response: httpx.Response) -> bytes:
    return response.content
