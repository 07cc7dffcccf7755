"""What all tests share: where the optional material beside the repository is, if it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpus and cases; tests that want it are skipped where it is absent (it is no part of a clone)."""
    folder = Path(os.environ.get("GATE_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the corpus is not beside this clone (set GATE_SHARED to its folder)")
    return folder
