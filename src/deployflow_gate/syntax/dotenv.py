"""The `.env` file beside a compose file: `NAME=value` lines (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from deployflow_gate.regex import regex
from deployflow_gate.syntax.interpolation import sketch_of
from deployflow_gate.text import UNKNOWN

MAX_DOTENV = 1 << 16
"""Characters; a larger file holds something else, and nothing is taken from it."""

_LINE = regex(
    r"""
    ^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*
    (?: [=:][ \t]* (?: '([^']*)' | "((?:[^"\\]|\\.)*)" | ([^\r\n]*) ) | (?=[\r\n]|\Z) )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_INLINE_COMMENT = regex(r"(?:^|[ \t])#.*")
_ESCAPE = regex(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def parse_dotenv(text: str) -> Mapping[str, str]:
    """Name → sketch; a later line wins. A name without `=` is taken from who calls compose, so it is unknown."""
    found: dict[str, str] = {}
    if len(text) > MAX_DOTENV:
        return found
    for line in _LINE.finditer(text.removeprefix("\ufeff")):
        name, single, double, bare = line.groups()
        if single is not None:
            found[name] = single
        elif double is not None:
            found[name] = sketch_of(_ESCAPE.sub(lambda e: _ESCAPES.get(e[1], e[1]), double), found)
        elif bare is not None:
            found[name] = sketch_of(_INLINE_COMMENT.sub("", bare).strip(), found)
        else:
            found[name] = UNKNOWN
    return found
