"""The conversation of api/conversation.json, which every client has."""

import json

from conftest import ROOT

TALK = json.loads((ROOT / "api" / "conversation.json").read_text(encoding="utf-8"))

CODES = {
    3: "INVALID_ARGUMENT",
    4: "DEADLINE_EXCEEDED",
    5: "NOT_FOUND",
    7: "PERMISSION_DENIED",
    9: "FAILED_PRECONDITION",
}


def ended(code, out, err):
    """The end of a command, as the conversation has it."""
    return {"exit": code, "out": out, "err": err}
