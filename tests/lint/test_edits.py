"""The words for fixes keep indentation and line ends."""

from __future__ import annotations

import pytest

from deployflow_gate.lint import edits
from deployflow_gate.lint.apply import splice
from deployflow_gate.lint.problem import Edit
from deployflow_gate.text import Source, Span


def on(text: str, word: str) -> Span:
    source = Source("file", text)
    return Span(source, text.index(word), text.index(word) + len(word))


@pytest.mark.parametrize(
    ("text", "edit", "after"),
    [
        ("a\n  b c\nd\n", lambda s: edits.insert_line_before(s, "new"), "a\n  new\n  b c\nd\n"),
        ("a\n  b c\nd\n", lambda s: edits.insert_line_after(s, "new"), "a\n  b c\n  new\nd\n"),
        ("  b c", lambda s: edits.insert_line_after(s, "new"), "  b c\n  new"),
        ("a\r\nb c\r\n", lambda s: edits.insert_line_after(s, "new"), "a\r\nb c\r\nnew\r\n"),
        ("a\nb c\nd\n", edits.delete_lines, "a\nd\n"),
        ("x b c", edits.delete_word, "x c"),
        ("x b c", edits.delete, "x  c"),
        ("x b c", lambda s: edits.replace(s, "B"), "x B c"),
        ("x b c", lambda s: edits.insert_after(s, "!"), "x b! c"),
        ("x b c", lambda s: edits.insert_before(s, "!"), "x !b c"),
    ],
)
def test_each_word(text: str, edit: object, after: str) -> None:
    made = edit(on(text, "b"))  # type: ignore[operator]
    assert isinstance(made, Edit)
    assert splice(text, [made]) == after
