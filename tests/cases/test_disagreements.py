"""The list of disagreements: each is about a case that there is, and says why."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
LISTED: dict[str, str] = yaml.safe_load((Path(__file__).parent / "disagreements.yml").read_text(encoding="utf-8"))


def test_each_has_a_reason_of_its_own_words() -> None:
    assert LISTED
    assert [name for name in LISTED if not re.fullmatch(r"[\w.-]+(?:/[\w.*#-]+)+/\d{4}", name)] == []
    assert [name for name, reason in LISTED.items() if len(reason.split()) < 4] == []


def test_each_is_about_a_case_that_there_is() -> None:
    shared = Path(os.environ.get("GATE_SHARED", ROOT.parent / "shared"))
    files = sorted((shared / "cases").glob("*/*.jsonl"))
    if not files:
        pytest.skip(f"there are no cases of other tools in {shared} (GATE_SHARED names another folder)")
    there = {json.loads(line)["id"] for file in files for line in file.read_text(encoding="utf-8").splitlines()}
    assert sorted(set(LISTED) - there) == []
