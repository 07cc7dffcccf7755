"""Reads back what the gate writes for GitHub, with a CommonMark parser: what would act there, and whose it is."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from deployflow_gate.github.links import RULE_PAGES
from deployflow_gate.github.settings import Settings

_HTML = re.compile(r"</?(?:code|details|summary|sub)>|<br>")
_SUMMARY = re.compile(r"<summary>[\w ,:;⏳-]*</summary>")
_MARKERS = re.compile(
    r"<!-- (?:deployflow-gate:v1:[\w.%-]+(?::(?:finding|review):\w+)?|run:\d+:\d+ commit:\w+) -->(?=\n)", re.ASCII
)
_OURS = re.compile(
    r"error|warning|notice|(?:error|warning|notice), blocks|What to do|[\d,]+ more (?:is|are) |no reason given|\d{4}-\d\d-\d\d"
    r"|This change edits (?:the policy|workflows)|The repository's policy is only in this change|it cannot be used"
    r"|This change silences [\d,]+ findings? with ignore comments:|passed|blocked|could not evaluate"
)
_NEVER = {"image", "em_open", "s_open", "code_block", "blockquote_open", "hr", "ordered_list_open"}


def tokens(markdown: str) -> list[Token]:
    """All tokens in reading order, those within a line included."""
    found = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        found += [token, *(token.children or [])]
    return [token for token in found if token.type != "inline"]


def foreign(markdown: str, settings: Settings, *, markers: int = 0, headings: int = 1, fences: int = 0) -> list[str]:
    """Whatever acts in a text and is not ours: [] for a good one.

    `markers` are the lines at the start that hold our markers; `headings` and `fences` are the numbers of those expected.
    """
    lead, body = _split(markdown, markers)
    wrong = [] if len(_MARKERS.findall(lead)) == markers and lead.count("<!--") == markers else [f"markers: {lead!r}"]
    site = re.escape(f"{settings.server_url}/{settings.repository}")
    address = re.compile(
        rf"{site}/(?:blob/\w+/[\w./~%-]*#L\d+(?:-L\d+)?|commit/\w+|actions/runs/\d+/attempts/\d+)"
        rf"|{re.escape(RULE_PAGES)}[a-z-]+\.md"
    )
    strong = ""
    counts = {"heading_open": 0, "fence": 0}
    for token in tokens(body):
        if token.type in counts:
            counts[token.type] += 1
        if token.type in {"html_inline", "html_block"} and _HTML.sub("", _SUMMARY.sub("", token.content)).strip():
            wrong.append(f"HTML: {token.content!r}")
        elif token.type == "link_open" and not address.fullmatch(str(token.attrs["href"])):
            wrong.append(f"link: {token.attrs['href']!r}")
        elif token.type in _NEVER or (token.type == "fence" and token.info != "suggestion"):
            wrong.append(f"{token.type}: {token.content!r}")
        elif token.type == "text":
            if re.search(r"[@#]\w|://|www\.\w|(?<!\w)GH-\d", token.content):
                wrong.append(f"text: {token.content!r}")
            if strong and not _OURS.match(token.content):
                wrong.append(f"strong: {token.content!r}")
        strong = {"strong_open": "strong", "text": strong}.get(token.type, "")
    if counts != {"heading_open": headings, "fence": fences}:
        wrong.append(f"counts: {counts}")
    return wrong


def _split(markdown: str, lines: int) -> tuple[str, str]:
    """The first lines, and the rest."""
    at = 0
    for _ in range(lines):
        at = markdown.index("\n", at) + 1
    return markdown[:at], markdown[at:]


def rows(markdown: str) -> int:
    """The rows of all tables and the items of all lists."""
    found = tokens(markdown)
    heads = sum(token.type == "thead_open" for token in found)
    return sum(token.type in {"tr_open", "list_item_open"} for token in found) - heads


def counted(markdown: str) -> int:
    """How many rows the text says are elsewhere."""
    found = tokens(markdown)
    said = [after.content for before, after in pairwise(found) if before.type == "strong_open"]
    return sum(int(m[1].replace(",", "")) for text in said if (m := re.match(r"([\d,]+) more (?:is|are) ", text)))


def columns(markdown: str) -> set[int]:
    """How many cells the rows of the tables have."""
    found: list[int] = []
    for token in tokens(markdown):
        if token.type == "tr_open":
            found.append(0)
        elif token.type in {"td_open", "th_open"}:
            found[-1] += 1
    return set(found)
