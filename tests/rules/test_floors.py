"""Rules do not know each other: what two of them need is in the model, or in a table whose name begins with `_`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import deployflow_gate.rulebook

FOLDER = Path(deployflow_gate.rulebook.__path__[0])
RULES = sorted(file for file in FOLDER.glob("*/*.py") if not file.name.startswith("__"))


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_a_rule_imports_no_other_rule(file: Path) -> None:
    imported = {
        node.module
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    others = {m for m in imported if m.startswith("deployflow_gate.rulebook.")}
    assert {m for m in others if not m.rpartition(".")[2].startswith("_")} == set()
