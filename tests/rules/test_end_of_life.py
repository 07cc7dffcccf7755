"""The table of ends is the one that its data file gives, and the day of the settings decides."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from deployflow_gate.gate import check
from deployflow_gate.policy.load import load_policy

ROOT = Path(__file__).parents[2]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("end_of_life", ROOT / "tools" / "end_of_life.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_fresh() -> None:
    made = tool()
    assert made.TABLE.read_text(encoding="utf-8") == made.table(made.DATA.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line", ["python 3.8", "python 3.8 soon", "python x 2024-10-07", "python 3.8 2024-10-07\npython 3.8 2024-10-08"]
)
def test_a_line_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what is said differs
        tool().table(f"# written on 2026-01-01\n{line}\n")


@pytest.mark.parametrize(("today", "count"), [(date(2024, 10, 7), 0), (date(2024, 10, 8), 1)])
def test_the_day_decides(today: date, count: int) -> None:
    verdict = check(
        {"Dockerfile": "FROM python:3.8-slim\n"},
        load_policy("everything"),
        only=frozenset({"end-of-life-image"}),
        today=today,
    )
    assert len(verdict.findings) == count
