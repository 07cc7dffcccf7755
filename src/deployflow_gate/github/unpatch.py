"""A file as it was before a change, from what it is now and the change's patch: whoever has both need not ask for the third."""

from __future__ import annotations

from collections.abc import Iterator

from deployflow_gate.regex import regex

_HEADER = regex(r"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@")


def unpatched(after: bytes, patch: str) -> bytes | None:
    """The bytes before a unified diff of one file, as GitHub's lists of changed files have it; None where the two do not fit.

    A patch is text and a file is bytes, so the result is a guess until its hash is compared.
    """
    now = _lines(after)
    before: list[bytes] = []
    at = 0
    for kind, text in _said(patch):
        if kind == "@":
            start = int(text)
            if not at <= start <= len(now):
                return None
            before += now[at:start]
            at = start
            continue
        if kind in " +":
            if at == len(now) or now[at] != text:
                return None
            at += 1
        if kind in " -":
            before.append(text)
    return b"".join(before + now[at:])


def _lines(content: bytes) -> list[bytes]:
    """Lines with their ends; a CR or a form feed is part of a line."""
    lines = [line + b"\n" for line in content.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _said(patch: str) -> Iterator[tuple[str, bytes]]:
    """("@", how many lines of the new side stand before the hunk), then its lines: (" ", "+" or "-", line with its end)."""
    lines = patch.removesuffix("\n").split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        header = _HEADER.match(line)
        if header is not None:
            empty = header[4] == "0"  # of an empty side, the line before is named
            yield "@", b"%d" % (int(header[3]) - (not empty))
        elif line[:1] in {" ", "+", "-"}:
            end = b"" if following.startswith("\\") else b"\n"
            yield line[:1], line[1:].encode("utf-8", "surrogatepass") + end
