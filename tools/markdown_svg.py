"""Markdown as GitHub shows it, drawn as SVG: the few kinds of blocks that the gate's posts have, without a browser.

Each run of text is given the length that it was laid out with, so a picture looks the same whatever fonts a reader has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape, unescape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

SANS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans Condensed', sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
INK, SOFT, LINK, LINE, SHADE = "#1f2328", "#59636e", "#0969da", "#d1d9e0", "#f6f8fa"
REMOVED, ADDED = "#ffebe9", "#dafbe1"

_EASE = 1.04
"""For who draws without heed of `textLength`, in a font that is a little wider."""

_WIDTHS = {  # thousandths of the size: Helvetica's, which the fonts above come near
    191: "'", 222: "ijl", 278: " !,./:;If[]t\\", 333: "()-r`", 355: '"', 389: "*", 500: "Jckvsxyz",
    556: "#$0123456789?Labdeghnopqu_", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw",
    778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@", 1300: "❌✅",
}  # fmt: skip
_WIDTH = {char: width / 1000 * _EASE for width, chars in _WIDTHS.items() for char in chars}
_OTHER = 0.9
_MONO = 0.602
_BOLD = 1.08
_LEAD = 1.5
"""Of a line, by the size of its text."""


@dataclass(frozen=True)
class Style:
    size: float = 14
    bold: bool = False
    code: bool = False
    colour: str = INK

    def width(self, text: str) -> float:
        if self.code:
            return len(text) * self.size * _MONO
        return sum(_WIDTH.get(char, _OTHER) for char in text) * self.size * (_BOLD if self.bold else 1)


@dataclass(frozen=True)
class Run:
    """Text in one style; a line end is a forced one."""

    text: str
    style: Style


@dataclass
class Canvas:
    """What is drawn so far; `y` is where the next block begins."""

    width: float
    y: float = 0
    drawn: list[str] = field(default_factory=list)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, line: str = "none", round_: int = 0
    ) -> None:
        self.drawn.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{round_}" fill="{fill}" stroke="{line}"/>'
        )

    def text(self, x: float, y: float, run: Run) -> None:
        """One line of text; `y` is its base line."""
        style, shown = run.style, run.text.strip(" ") if not run.style.code else run.text
        if not shown:
            return
        if run.text.startswith(" ") and not style.code:
            x += style.width(" ") * (len(run.text) - len(run.text.lstrip(" ")))
        weight = ' font-weight="600"' if style.bold else ""
        family = MONO if style.code else SANS
        self.drawn.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-family="{family}" font-size="{style.size:g}"{weight} fill="{style.colour}" '
            f'textLength="{style.width(shown):.1f}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(shown)}</text>'
        )

    def lines(self, lines: Sequence[Sequence[Run]], x: float, lead: float) -> None:
        """Lines of text from here on."""
        for line in lines:
            self.y += lead
            at = x
            for run in line:
                width = run.style.width(run.text)
                if run.style.code and run.text.strip():
                    self.box(at - 3, self.y - lead * 0.72, width + 6, lead * 0.92, "#eff1f3", round_=5)
                self.text(at, self.y - lead * 0.08, run)
                at += width

    def svg(self, title: str) -> str:
        body = "\n".join(self.drawn)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.y:.0f}" role="img">\n'
            f'<title>{escape(title)}</title>\n<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
        )


def draw(canvas: Canvas, markdown: str, x: float, width: float, before: Sequence[str] = ()) -> None:
    """Draw a post's Markdown. `before` are the lines that a suggestion in it replaces."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    at = 0
    indent = 0.0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "html_block" and "<summary>" in token.content:
            said = unescape(re.sub(r"<[^>]*>", "", token.content)).strip()
            _paragraph(canvas, [Run(f"▸ {said}", Style())], x, width)
            at = next(n for n in range(at, len(tokens)) if "</details>" in tokens[n].content)
        elif token.type == "heading_open":
            _paragraph(canvas, runs(tokens[at + 1], Style(21, bold=True)), x, width)
            canvas.y += 4
            canvas.box(x, canvas.y, width, 1, LINE)
            canvas.y += 6
        elif token.type == "table_open":
            end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
            _table(canvas, tokens[at:end], x, width)
            at = end
        elif token.type == "list_item_open":
            indent = 22
            canvas.text(x + 8, canvas.y + 25, Run("•", Style()))
        elif token.type == "list_item_close":
            indent = 0
            canvas.y -= 7
        elif token.type == "bullet_list_close":
            canvas.y += 7
        elif token.type == "fence":
            _suggested(canvas, before, token.content.splitlines(), x, width)
        elif token.type == "inline" and tokens[at - 1].type == "paragraph_open":
            _paragraph(canvas, runs(token, Style()), x + indent, width - indent)
        at += 1


def runs(token: Token, style: Style) -> list[Run]:
    """The text of an inline token in its styles."""
    found: list[Run] = []
    for child in token.children or []:
        match child.type:
            case "text":
                found.append(Run(child.content, style))
            case "code_inline":
                found.append(Run(child.content, replace(style, code=True, size=style.size * 0.86)))
            case "softbreak":
                found.append(Run(" ", style))
            case "strong_open" | "strong_close":
                style = replace(style, bold=child.type == "strong_open")
            case "link_open" | "link_close":
                style = replace(style, colour=LINK if child.type == "link_open" else INK)
            case "html_inline" if child.content == "<br>":
                found.append(Run("\n", style))
            case "html_inline" if child.content == "<sub>":
                style = replace(style, size=11.5, colour=INK)
    return found


def wrapped(found: Iterable[Run], width: float) -> list[list[Run]]:
    """Lines no wider than `width`, broken between words."""
    lines: list[list[Run]] = [[]]
    used = 0.0
    for run in found:
        for word in re.findall(r"\n|[^ \n]+| +", run.text):
            if word == "\n":
                lines.append([])
                used = 0.0
                continue
            long = run.style.width(word)
            if used + long > width and word.strip() and lines[-1]:
                lines.append([])
                used = 0.0
            if not word.strip() and not lines[-1]:
                continue
            last = lines[-1][-1] if lines[-1] else None
            if last is not None and last.style == run.style:
                lines[-1][-1] = Run(last.text + word, run.style)
            else:
                lines[-1].append(Run(word, run.style))
            used += long
    return lines


def _paragraph(canvas: Canvas, found: list[Run], x: float, width: float) -> None:
    size = max((run.style.size for run in found if not run.style.code), default=14)
    canvas.y += 5
    canvas.lines(wrapped(found, width), x, size * _LEAD)
    canvas.y += 6


def _table(canvas: Canvas, tokens: Sequence[Token], x: float, width: float) -> None:
    rows: list[list[list[Run]]] = []
    bold = True
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            bold = before.type == "th_open"
            rows[-1].append(runs(token, Style(13.5, bold=bold)))
    pad = 11
    natural = [
        max(sum(run.style.width(run.text) for run in row[n]) for row in rows) + 2 * pad for n in range(len(rows[0]))
    ]
    over = sum(natural) - width
    if over > 0:
        natural[natural.index(max(natural))] -= over
    canvas.y += 8
    for number, row in enumerate(rows):
        cells = [wrapped(cell, wide - 2 * pad) for cell, wide in zip(row, natural, strict=True)]
        height = max(map(len, cells)) * 20 + 12
        top, at = canvas.y, x
        for cell, wide in zip(cells, natural, strict=True):
            canvas.box(at, top, wide, height, SHADE if number and number % 2 == 0 else "#ffffff", LINE)
            canvas.y = top + 4
            canvas.lines(cell, at + pad, 20)
            at += wide
        canvas.y = top + height
    canvas.y += 8


def _suggested(canvas: Canvas, old: Sequence[str], new: Sequence[str], x: float, width: float) -> None:
    """GitHub's box around a suggestion, with the lines that go and those that come."""
    top = canvas.y + 8
    height = 36 + 21 * (len(old) + len(new)) + 46
    canvas.box(x, top, width, height, "#ffffff", LINE, 6)
    canvas.text(x + 12, top + 23, Run("Suggested change", Style(12.5)))
    canvas.box(x, top + 36, width, 1, LINE)
    canvas.y = top + 36
    for sign, lines, colour in (("-", old, REMOVED), ("+", new, ADDED)):
        for line in lines:
            canvas.box(x + 1, canvas.y, width - 2, 21, colour)
            canvas.y += 21
            canvas.text(x + 12, canvas.y - 6, Run(f"{sign} {line}", Style(12, code=True)))
    canvas.box(x + width - 160, canvas.y + 9, 148, 28, "#f6f8fa", LINE, 6)
    canvas.text(x + width - 145, canvas.y + 28, Run("Commit suggestion", Style(12.5, bold=True)))
    canvas.y = top + height + 10


def framed(canvas: Canvas, markdown: str, before: Sequence[str] = ()) -> None:
    """A comment of the bot, with the frame that GitHub puts around one."""
    top = canvas.y
    at = len(canvas.drawn)
    canvas.y += 46
    draw(canvas, markdown, 18, canvas.width - 36, before)
    canvas.y += 12
    frame = Canvas(canvas.width)
    frame.box(1, top + 1, canvas.width - 2, canvas.y - top - 2, "#ffffff", LINE, 6)
    frame.box(1, top + 1, canvas.width - 2, 38, SHADE, LINE, 6)
    for x, run in _author():
        frame.text(x, top + 25, run)
    frame.box(133, top + 11, 30, 18, "none", LINE, 9)
    canvas.drawn[at:at] = frame.drawn


def _author() -> Iterator[tuple[float, Run]]:
    yield 18, Run("github-actions", Style(bold=True))
    yield 139, Run("bot", Style(11.5, colour=SOFT))
    yield 172, Run("commented", Style(colour=SOFT))
