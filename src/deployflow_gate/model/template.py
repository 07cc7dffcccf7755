"""Whether a file of a plain name is a template all the same, to be filled in before Docker or GitHub reads it.

A template is not what is built, so judging it would be a guess. Only what cannot stand in a finished file counts: a workflow's
`${{ }}`, Docker's own `--format '{{.Names}}'`, and the `{{.Node.Hostname}}` of swarm services are no templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from deployflow_gate.regex import regex

_PLACEHOLDER = r"\{\{-?\s*[A-Za-z_][\w.]*\s*(\|[^{}]*)?-?\}\}"
"""`{{ name }}` or `{{ name | filter }}`: a Go template would begin with a dot or have an argument."""

_GENERATOR = regex(r"(?<!\$)\{\{-?\s*(cookiecutter|copier|project_slug|_copier_conf)\b[.\s}|]")
_STATEMENT = regex(
    r"\s*(\{%[-+]?\s*\w|<%|\{\{[-~]?\s*[#/]?\s*(if|else|end|endif|range|with|each|unless|include|block)\b|@@\w+@@\s*$)"
)
_FROM = regex(r"\s*FROM\s+[^#]*?(\{\{|<%|@@?\w+@@?(\s|:|$)|%%\w+%%)", re.IGNORECASE)
_FILLED = regex(
    rf"\s*(ARG|ENV|LABEL|EXPOSE|WORKDIR|USER|COPY|ADD|MAINTAINER)\s[^#]*?((?<!\$){_PLACEHOLDER}|<%=|%%\w+%%)",
    re.IGNORECASE,
)
_LONE = regex(rf"\s*({_PLACEHOLDER}\s*$|\{{\{{\s*$)")
"""A placeholder, or the opening of a long one, on a line of its own."""
_YAML_VALUE = regex(rf"\s*(-\s+)?([\w.-]+:\s+)?({_PLACEHOLDER}|<%=)")
_BLOCK_SCALAR = regex(r"(^|[\s:-])[|>][-+0-9]{0,2}\s*(#.*)?$")
_HEREDOC = regex(r"<<-?\s*([\"']?)(\w+)\1")

_HINT = regex(r"(?<!\$)\{\{|\{%|<%|@@|%%|(?i:FROM)[ \t]+@")
_STATEMENT_HINT = regex(r"^[ \t]*(\{%|<%|\{\{|@@)", re.MULTILINE)
"""Most files have none of these, and are not looked at line by line."""

_REASON = "The file is a template: line {} has `{}`."
_SHOWN = 40

_MAX_LINE = 1000
"""A placeholder stands near the start of its line; generated lines of megabytes are not searched."""


def is_template(text: str, kind: str) -> str | None:
    """A sentence that says why the text is a template, or None. `kind` is that of `discover`. Linear in the text."""
    if kind == "dockerfile":
        if not _HINT.search(text):
            return None
        tests = (_GENERATOR.search, _STATEMENT.match, _FROM.match, _FILLED.match, _LONE.match)
        return _first(_dockerfile_lines(text), tests)
    if kind == "compose":
        return (
            _first(_yaml_lines(text), (_GENERATOR.search, _STATEMENT.match, _YAML_VALUE.match))
            if _HINT.search(text)
            else None
        )
    if kind in {"workflow", "action"}:
        return _first(_yaml_lines(text), (_STATEMENT.match,)) if _STATEMENT_HINT.search(text) else None
    return None


def _first(lines: Iterator[tuple[int, str]], tests: tuple[Callable[[str], re.Match[str] | None], ...]) -> str | None:
    for number, line in lines:
        for test in tests:
            if test(line[:_MAX_LINE]):
                return _REASON.format(number, line.strip()[:_SHOWN].replace("`", "'"))
    return None


def _dockerfile_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines on which an instruction starts, or would: no comments, no continuations, no heredocs."""
    heredoc: str | None = None
    continued = False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if heredoc is not None:
            if bare == heredoc:
                heredoc = None
            continue
        if bare.startswith("#") or (continued and not bare):
            continue
        was_continued, continued = continued, bare.endswith(("\\", "`"))
        if not was_continued:
            yield number, line
        opened = _HEREDOC.search(line[:_MAX_LINE])
        if opened is not None and re.match(r"\s*(RUN|COPY|ADD)\b", line, re.IGNORECASE):
            heredoc = opened[2]


def _yaml_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines outside of comments and block scalars."""
    within: int | None = None
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if within is not None:
            if indent > within:
                continue
            within = None
        if _BLOCK_SCALAR.search(line[-_MAX_LINE:].rstrip()):
            within = indent
        yield number, line
