"""The text of a Dockerfile to its syntax."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from deployflow_gate.syntax.dockerfile.arguments import Arguments, arguments
from deployflow_gate.syntax.dockerfile.checks import KEYWORDS, check_file, check_instruction
from deployflow_gate.syntax.dockerfile.logical import Logical, Reading
from deployflow_gate.syntax.dockerfile.tree import DockerfileSyntax, InstructionSyntax
from deployflow_gate.syntax.dockerfile.words import BLANKS, KEYWORD
from deployflow_gate.text import Fault, Mapped, Source, Span


@cache
def _foreign_space() -> dict[int, str]:
    """White space for Python and not for BuildKit, which would make dockerfile-parse split elsewhere."""
    return {ord(c): "\x01" for c in map(chr, range(0x3001)) if c.isspace() and c not in BLANKS + "\n"}


def parse_dockerfile(source: Source) -> DockerfileSyntax:
    """Read a Dockerfile as far as it can be read. Never raises; everything that BuildKit refuses is a fault.

    The limits are those of `limits.py`; time is linear in the size of the text.
    """
    reading = Reading(source)
    faults = reading.faults
    found = [
        _instruction(logical, keyword, reading.escape, faults)
        for logical, keyword in zip(reading.logical, _keywords(reading.logical), strict=True)
    ]
    for instruction in found:
        check_instruction(instruction, faults)
    check_file(source, found, faults)
    faults.sort(key=lambda fault: (fault.span.start, fault.span.end))
    return DockerfileSyntax(
        source,
        reading.escape,
        tuple(reading.directives),
        tuple(found),
        tuple(reading.comments),
        tuple(faults),
        reading.broken,
    )


def _keywords(logical: list[Logical]) -> list[tuple[str, int]]:
    """The upper-case keyword of each logical line, and the offset of its arguments: dockerfile-parse's own split.

    On lines of printable ASCII it splits at the first space, which needs no import of it: 4 ms of a start.
    """
    if all(line.text.text.isascii() and line.text.text.isprintable() for line in logical):
        return [_split(line.text.text) for line in logical]
    from dockerfile_parse import DockerfileParser

    lines = []
    for line in logical:
        text = line.text.text.translate(_foreign_space()) if not line.text.text.isascii() else line.text.text
        text = text.translate(_foreign_space()) if not text.isprintable() else text
        # a backslash that is no continuation any more must not be taken for one
        lines.append(text + "\x01" if text.rstrip().endswith("\\") else text)
    content = "\n".join(lines).encode("utf-8", "replace")
    found: list[tuple[str, int]] = [("", 0)] * len(logical)
    for entry in DockerfileParser(fileobj=BytesIO(content)).structure:
        text = entry["content"].rstrip()
        found[entry["startline"]] = (entry["instruction"], len(text) - len(entry["value"]))
    return [
        known if known[0] in KEYWORDS else _split(line.text.text) for known, line in zip(found, logical, strict=True)
    ]


def _split(text: str) -> tuple[str, int]:
    """The same for a line that dockerfile-parse does not split: one that begins with no keyword."""
    match = KEYWORD.search(text)
    if not match:
        return "", len(text)
    rest = text[match.end() :].lstrip(BLANKS)
    return match[0].upper(), len(text) - len(rest)


def _instruction(logical: Logical, keyword: tuple[str, int], escape: str, faults: list[Fault]) -> InstructionSyntax:
    text = logical.text
    name, start = keyword
    match = KEYWORD.match(text.text)
    keyword_span = text.span(0, match.end() if match else 0)
    parts = arguments(name, text, start, escape)
    faults += parts.faults
    return InstructionSyntax(
        span=Span(text.source, keyword_span.start, logical.end),
        lines=logical.lines,
        name=name,
        keyword=keyword_span,
        body=parts.body,
        escape=escape,
        flags=parts.flags,
        json=parts.json,
        values=parts.values,
        pairs=parts.pairs,
        heredocs=logical.heredocs,
        continuations=logical.continuations,
        inner=_inner(parts, logical, escape, faults) if name == "ONBUILD" else None,
        command=parts.command,
    )


def _inner(outer: Arguments, logical: Logical, escape: str, faults: list[Fault]) -> InstructionSyntax | None:
    """The instruction behind ONBUILD. One level only: BuildKit refuses ONBUILD ONBUILD."""
    body: Mapped = outer.body
    name, start = _split(body.text)
    if not name:
        return None
    match = KEYWORD.search(body.text)
    keyword_span = body.span(match.start(), match.end()) if match else body.span(0, 0)
    parts = arguments(name, body, start, escape)
    faults += parts.faults
    return InstructionSyntax(
        span=Span(body.source, keyword_span.start, logical.end),
        lines=logical.lines,
        name=name,
        keyword=keyword_span,
        body=parts.body,
        escape=escape,
        flags=parts.flags,
        json=parts.json,
        values=parts.values,
        pairs=parts.pairs,
        heredocs=logical.heredocs,
        command=parts.command,
    )
