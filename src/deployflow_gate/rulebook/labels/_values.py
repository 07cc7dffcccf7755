"""What the labels of a policy's schema may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from deployflow_gate.regex import regex
from deployflow_gate.rulebook.syntax._comments import comment_behind

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Label
    from deployflow_gate.text import Text

LabelType = Literal["text", "url", "rfc3339", "semver", "spdx", "hash", "email"]

NOUNS = {
    "text": "a text",
    "url": "a URL",
    "rfc3339": "a time as RFC 3339 has it",
    "semver": "a version as semver.org has it",
    "spdx": "a license expression of SPDX",
    "hash": "the hash of a commit",
    "email": "an e-mail address",
}

_DATE = r"\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2\d))"
_NUMBER = r"(?:0|[1-9]\d*)"
_MARK = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"

_FORMS = {
    "text": regex(r".*\S.*", re.DOTALL),
    "url": regex(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]+\S*"),
    "rfc3339": regex(
        rf"{_DATE}[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
    ),
    "semver": regex(
        rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_MARK}(?:\.{_MARK})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
    ),
    "hash": regex(r"[0-9a-fA-F]{7,40}|[0-9a-fA-F]{64}"),
    "email": regex(r"[^@\s<>()\[\],;:\"]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*"),
}  # fmt: skip

MAX_LENGTH = 1_000
"""Characters of a value that is looked at; a longer one is none of the short things that have a form."""


def fits(kind: str, value: str) -> bool:
    """Whether a value is of a type of the schema."""
    if kind == "spdx":
        from deployflow_gate.rulebook.labels._spdx import is_expression

        return len(value) <= MAX_LENGTH and is_expression(value)
    if kind != "text" and len(value) > MAX_LENGTH:
        return False
    return _FORMS[kind].fullmatch(value) is not None


def named(label: Label) -> Iterator[tuple[Text, Text | None]]:
    """The labels of an instruction whose names are known; what looks like a comment behind it is none."""
    comment = comment_behind(label.syntax)
    for name, value in label.pairs:
        if name.value and not (comment is not None and comment.contains(name.span)):
            yield name, value
