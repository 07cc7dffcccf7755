"""The generated index says what the rules say."""

from __future__ import annotations

from deployflow_gate.lint.generate import INDEX, index_text
from deployflow_gate.lint.page import page
from deployflow_gate.lint.registry import index, named


def test_the_index_is_fresh() -> None:
    assert INDEX.read_text(encoding="utf-8") == index_text(), "run `make index`"


def test_names_and_aliases_lead_to_their_rules() -> None:
    for name, entry in index().items():
        assert named(name) == (name,)
        for alias in entry.aliases:
            assert name in named(alias)
            assert name in named(alias.upper())


def test_every_page_renders() -> None:
    for name in index():
        assert page(name).startswith(f"# {name}\n")
