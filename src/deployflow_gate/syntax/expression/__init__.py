"""GitHub's `${{ }}` expressions: found in a text, parsed to trees with spans, worked out as far as values are known.

The grammar and its limits are those of the runner (https://github.com/actions/runner, src/Sdk/DTExpressions2); the
meaning is that of https://docs.github.com/actions/reference/workflows-and-actions/expressions.
"""

from __future__ import annotations

from deployflow_gate.syntax.expression.functions import FUNCTIONS
from deployflow_gate.syntax.expression.parser import MAX_DEPTH, MAX_LENGTH, find, parse
from deployflow_gate.syntax.expression.tree import (
    Call,
    Comparison,
    Constant,
    Embedded,
    Filter,
    Index,
    Logic,
    Name,
    Not,
    Property,
    Reference,
    Tree,
    calls,
    nodes,
    reference,
    references,
)
from deployflow_gate.syntax.expression.value import Context, Partial, evaluate, fold, sketch, truth
from deployflow_gate.syntax.expression.values import Value, text_of

__all__ = [
    "FUNCTIONS",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Call",
    "Comparison",
    "Constant",
    "Context",
    "Embedded",
    "Filter",
    "Index",
    "Logic",
    "Name",
    "Not",
    "Partial",
    "Property",
    "Reference",
    "Tree",
    "Value",
    "calls",
    "evaluate",
    "find",
    "fold",
    "nodes",
    "parse",
    "reference",
    "references",
    "sketch",
    "text_of",
    "truth",
]
