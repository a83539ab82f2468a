"""Defaults that can be told from the same text written by a caller."""


class Default(str):
    """A default's text. Compare by identity to see whether it was given or left out."""

    __slots__ = ()


DEFAULT_ENDPOINT = Default("localhost:9000")
DEFAULT_PRESET = Default("view-only")
