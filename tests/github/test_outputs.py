"""The files that the runner reads back."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.github.outputs import SUMMARY_BYTES, fitted, write_outputs, write_summary

from .runner import read_outputs

LINES = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@given(st.dictionaries(st.from_regex(r"[a-z][a-z-]*", fullmatch=True), LINES | st.just("x\nEOF\nverdict<<EOF\npassed")))
def test_the_runner_reads_exactly_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, outputs: dict[str, str]
) -> None:
    file = tmp_path_factory.mktemp("outputs") / "output"
    write_outputs(file, outputs)
    assert read_outputs(file) == outputs


def test_outputs_of_earlier_steps_stay(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text("earlier=1\n", encoding="utf-8")
    write_outputs(file, {"verdict": "passed"})
    assert read_outputs(file) == {"earlier": "1", "verdict": "passed"}


def test_a_delimiter_is_never_used_twice(tmp_path: Path) -> None:
    file = tmp_path / "output"
    write_outputs(file, {"a": "1", "b": "2"})
    delimiters = [line.partition("<<")[2] for line in file.read_text(encoding="utf-8").splitlines() if "<<" in line]
    assert len(set(delimiters)) == 2


def test_a_value_that_holds_its_delimiter_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _: "known")
    with pytest.raises(ValueError, match="its own delimiter"):
        write_outputs(tmp_path / "output", {"a": "1\ngate_known\nverdict=passed"})
    assert not (tmp_path / "output").exists()


def test_a_summary_that_fits_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_text("earlier\n", encoding="utf-8")
    write_summary(file, "# Verdict\n")
    assert file.read_text(encoding="utf-8") == "earlier\n# Verdict\n"


def test_a_summary_is_cut_in_bytes_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    write_summary(file, "\u00e9\u4e2d\U0001f600 row\n" * 120_000)
    text = file.read_text(encoding="utf-8")
    assert len(text.encode()) <= SUMMARY_BYTES
    rows = text.count(" row\n")
    assert f"cut: {120_000 - rows} more lines" in text
    assert rows > 60_000


@given(st.lists(st.text(alphabet="a\u00e9\u4e2d", max_size=40), max_size=60), st.integers(120, 400))
def test_what_is_kept_fits_and_is_counted(lines: list[str], budget: int) -> None:
    text = "".join(f"{line}\n" for line in lines)
    kept = fitted(text, budget)
    assert len(kept.encode()) <= budget
    if kept != text:
        head, _, tail = kept.partition("\n\nThis summary was cut: ")
        assert text.startswith(head)
        assert int(tail.split()[0]) == len(lines) - (kept.count("\n") - 3)
