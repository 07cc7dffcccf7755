"""tree-sitter-bash, kept for a thread, and stopped when a text takes it too long."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
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

        parser = tree_sitter.Parser(tree_sitter.Language(_bash()))
        _local.parser = parser
    return parser


def _bash() -> object:
    """The grammar, from the compiled module of its package: the package itself imports `importlib.resources`, which is
    never needed here and takes 7 ms of a start. Where it cannot be had so, the package is imported."""
    name = "tree_sitter_bash"
    package = importlib.machinery.PathFinder.find_spec(name)
    folders = package.submodule_search_locations if package is not None else None
    spec = importlib.machinery.PathFinder.find_spec(f"{name}._binding", folders) if folders else None
    if spec is None or spec.loader is None or name in sys.modules:
        import tree_sitter_bash

        return tree_sitter_bash.language()
    binding = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(binding)
    return binding.language()


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
