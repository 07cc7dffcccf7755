"""The words in which a rule says what its fix changes. All know the file's own line ends; nothing is ever re-serialised."""

from __future__ import annotations

from deployflow_gate.lint.problem import Edit
from deployflow_gate.text import Source, Span


def replace(span: Span, text: str) -> Edit:
    """Put `text` in the place of a span."""
    return Edit(span, _own_newlines(span.source, text))


def insert_before(span: Span, text: str) -> Edit:
    """Put `text` right before a span."""
    return Edit(Span(span.source, span.start, span.start), _own_newlines(span.source, text))


def insert_after(span: Span, text: str) -> Edit:
    """Put `text` right behind a span."""
    return Edit(Span(span.source, span.end, span.end), _own_newlines(span.source, text))


def insert_line_before(span: Span, line: str) -> Edit:
    """A line of its own above the line on which the span begins, indented as that line is."""
    source = span.source
    start = source.line_starts[span.line - 1]
    return Edit(Span(source, start, start), _own_newlines(source, indent_of(span) + line + "\n"))


def insert_line_after(span: Span, line: str) -> Edit:
    """A line of its own below the line on which the span ends, indented as the line on which it begins."""
    source = span.source
    text = indent_of(span) + line
    below = span.end_line
    if below < len(source.line_starts):
        at = source.line_starts[below]
        return Edit(Span(source, at, at), _own_newlines(source, text + "\n"))
    end = len(source.text)
    return Edit(Span(source, end, end), _own_newlines(source, "\n" + text))


def delete(span: Span) -> Edit:
    """Take a span away."""
    return Edit(span, "")


def delete_lines(span: Span) -> Edit:
    """Take away the whole lines that a span touches, with their line ends."""
    source = span.source
    start = source.line_starts[span.line - 1]
    end = source.line_starts[span.end_line] if span.end_line < len(source.line_starts) else len(source.text)
    return Edit(Span(source, start, end), "")


def delete_word(span: Span) -> Edit:
    """Take away a word together with the blanks before it, as far as they are on its line."""
    start = span.start
    while start > 0 and span.source.text[start - 1] in " \t":
        start -= 1
    return Edit(Span(span.source, start, span.end), "")


def indent_of(span: Span) -> str:
    """The white space at the head of the line on which a span begins."""
    source = span.source
    start = end = source.line_starts[span.line - 1]
    while end < span.start and source.text[end] in " \t":
        end += 1
    return source.text[start:end]


def _own_newlines(source: Source, text: str) -> str:
    return text.replace("\n", source.newline) if source.newline != "\n" else text
