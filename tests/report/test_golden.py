"""Each report on each fixed verdict is what its golden file says. `UPDATE_GOLDEN=1 pytest tests/report` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deployflow_gate.report import FORMATS

from .verdicts import RULES, VERDICTS

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif",
    "markdown": "md",
    "github": "log",
    "junit": "xml",
    "gitlab": "json",
}
OPTIONS: dict[str, dict[str, object]] = {"sarif": {"rules": RULES}, "github": {"token": "0123456789abcdef" * 2}}


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize("form", FORMATS)
def test_the_report_is_the_golden_one(form: str, name: str) -> None:
    path = GOLDEN / f"{name}.{form}.{ENDINGS[form]}"
    report = FORMATS[form](VERDICTS[name](), **OPTIONS.get(form, {}))
    data = report.encode("utf-8")  # fails for half a surrogate pair
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(data)
    assert data == path.read_bytes()


def test_the_coloured_report_is_the_golden_one() -> None:
    report = FORMATS["text"](
        VERDICTS["typical"](), color=True, links="file:///srv/repo/", prefix="sub/", show_suppressed=True, width=60
    )
    path = GOLDEN / "typical.colour.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(report.encode())
    assert report == path.read_bytes().decode()


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{name}.{form}.{ENDINGS[form]}" for name in VERDICTS for form in FORMATS} | {"typical.colour.txt"}
    assert {path.name for path in GOLDEN.iterdir()} == expected
