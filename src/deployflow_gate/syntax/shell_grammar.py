"""tree-sitter-bash, kept for a thread, and stopped when a text takes it too long."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from deployflow_gate.syntax.shell import PARSE_SECONDS

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree

_SMALL = 2_000
"""Texts up to this many characters are parsed without a clock: even a hostile one takes milliseconds."""

_local = threading.local()


def _parser() -> Parser:
    parser: Parser | None = getattr(_local, "parser", None)
    if parser is None:
        import tree_sitter
        import tree_sitter_bash

        parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
        _local.parser = parser
    return parser


def parse(text: str) -> Tree | None:
    """The tree, or None when it takes too long."""
    data = text.encode("ascii")
    parser = _parser()
    if len(data) <= _SMALL:
        return parser.parse(data)
    limit = time.monotonic() + PARSE_SECONDS
    try:
        return parser.parse(
            lambda at, _point: data[at : at + 65_536], progress_callback=lambda *_: time.monotonic() > limit
        )
    except ValueError:
        parser.reset()
        return None
