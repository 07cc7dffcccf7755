"""Bytes to text and back.

The byte order mark that some editors put in front of UTF-8 is no part of a source's text, so offsets and columns are
those that an editor shows; `encode` puts it back, so that a fix does not touch it.
"""

from __future__ import annotations

from deployflow_gate.snapshot import Unreadable
from deployflow_gate.text import Source

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-32 and UTF-16, the longer ones first."""

_ADVICE = "Save it as UTF-8."


def decode(path: str, data: bytes) -> Source:
    """The source of a UTF-8 file, with or without a byte order mark; line ends are kept as they are.

    Raises Unreadable, with a sentence, for UTF-16 and UTF-32, for bytes that are not UTF-8, and for a NUL character
    (which no Dockerfile, YAML or ignore file may hold, and which the gate uses for itself as `UNKNOWN`).
    """
    if data.startswith(_WIDE):
        raise Unreadable(path, f"The file is UTF-16 or UTF-32 text, which Docker and GitHub do not read. {_ADVICE}")
    body = data.removeprefix(_BOM)
    if b"\x00" in body:
        line = body.count(b"\n", 0, body.index(b"\x00")) + 1
        raise Unreadable(path, f"The file has a NUL character on line {line}: it is binary, or UTF-16 text. {_ADVICE}")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            path, f"The file is not UTF-8 text: line {line} has the byte 0x{body[error.start]:02x}. {_ADVICE}"
        ) from error
    return Source(path, text)


def encode(source: Source, original: bytes) -> bytes:
    """The bytes to write for a changed source, with the byte order mark of the file's original bytes, if it had one."""
    return (_BOM if original.startswith(_BOM) else b"") + source.text.encode("utf-8")
