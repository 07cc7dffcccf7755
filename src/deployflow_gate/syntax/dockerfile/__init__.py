"""Dockerfile text to instructions with exact spans.

Our own layer finds the logical lines (continuations, comments, heredocs, directives); `dockerfile-parse` splits them into
keyword and value, and removes quotes. What is accepted, and how it is split, follows BuildKit's own parser.
"""

from __future__ import annotations

from deployflow_gate.syntax.dockerfile.expansion import Expansion, expand, is_plain
from deployflow_gate.syntax.dockerfile.parse import parse_dockerfile
from deployflow_gate.syntax.dockerfile.tree import (
    Directive,
    DockerfileSyntax,
    FlagSyntax,
    HeredocSyntax,
    InstructionSyntax,
    PairSyntax,
    WordSyntax,
)

__all__ = [
    "Directive",
    "DockerfileSyntax",
    "Expansion",
    "FlagSyntax",
    "HeredocSyntax",
    "InstructionSyntax",
    "PairSyntax",
    "WordSyntax",
    "expand",
    "is_plain",
    "parse_dockerfile",
]
