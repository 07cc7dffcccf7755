"""A rule's page as the help of a report: what its author wrote, as Markdown that needs nothing of ours."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from deployflow_gate.policy.rules import PAGES

if TYPE_CHECKING:
    import re

    from deployflow_gate.lint.registry import RuleEntry


def rule_help(entry: RuleEntry) -> str:
    """The page as written, its example fences without our marks; the summary for a rule whose module cannot be had."""
    parts = [f"{entry.summary}."]
    if body := PAGES.get(entry.name) or _body(entry.module):
        parts.append(body)
    if entry.aliases:
        parts.append("Others call it " + ", ".join(f"`{alias}`" for alias in entry.aliases) + ".")
    return "\n\n".join(parts)


def _body(module: str) -> str:
    from deployflow_gate.lint.examples import FENCE

    try:
        page = import_module(module).__doc__ or ""
    except (ImportError, ValueError):
        return ""
    _, _, body = page.partition("\n")
    return FENCE.sub(_plain_fence, body.strip())


def _plain_fence(fence: re.Match[str]) -> str:
    ticks, language, path, verdict, _, text = fence.groups()
    return f"`{path}` {verdict}:\n\n{ticks}{language}\n{text.replace('«', '').replace('»', '')}{ticks}"
