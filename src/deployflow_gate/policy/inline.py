"""Ignore comments of a file: which rules they name, and which lines they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from deployflow_gate.lint import registry
from deployflow_gate.lint.finding import Finding
from deployflow_gate.model.document import Document
from deployflow_gate.policy.comments import OWN, Reach, Remark, hinted, remarks
from deployflow_gate.policy.rules import POLICY_RULES, known
from deployflow_gate.record import dataclass, field
from deployflow_gate.regex import regex
from deployflow_gate.text import Source, Span

MAX_IGNORES = 1000
"""In one file; later ones are not heeded, so that a hostile file costs no time. The findings then stay."""

MAX_BLOCK = 5000
"""Lines of a YAML block that one comment covers: a thousand comments in a large file must not cost a minute."""

MAX_LINE = 2000
"""Characters of a comment that are looked at."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """One ignore comment. It covers findings of `rules` that begin on the lines `first` to `last`, or, if `touching`,
    that have any of these lines. `unknown` are the names that are no rule (or nothing that we check). Of the rules in `codes`,
    which were named by codes of the program that they ask (`SC2086`), it covers these alone."""

    remark: Remark
    span: Span
    rules: frozenset[str]
    unknown: tuple[str, ...]
    first: int
    last: int
    touching: bool = False
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """True for `# gate: ignore`, False for another tool's comment."""
        return self.remark.tool == OWN

    @property
    def where(self) -> str:
        return f"{self.span.path}:{self.span.line}"

    def covers(self, finding: Finding) -> bool:
        if finding.rule not in self.rules or finding.code not in self.codes.get(finding.rule, (finding.code,)):
            return False
        if self.touching:
            return finding.line <= self.last and finding.end_line >= self.first
        return self.first <= finding.line <= self.last


def ignores(document: Document) -> tuple[Ignore, ...]:
    """The ignore comments of a file, in order. Only what stands in a real comment counts."""
    source = document.source
    if not hinted(source.text):
        return ()
    found: list[Ignore] = []
    lines = _Lines(document)
    for comment in lines.comments:
        for remark in remarks(comment.text[:MAX_LINE]):
            if len(found) == MAX_IGNORES:
                return tuple(found)
            found.append(_ignore(remark, comment, lines))
    return tuple(found)


def _ignore(remark: Remark, comment: Span, lines: _Lines) -> Ignore:
    rules, unknown, codes = _rules(remark)
    reach = remark.reach
    if remark.tool in {"buildkit", "trivy"} and comment.line < lines.first_code:
        reach = Reach.FILE  # at the top: a directive, or said of the file
    first, last = lines.covered(comment, reach)
    span = Span(comment.source, comment.start + remark.start, comment.end)
    return Ignore(remark, span, rules, unknown, first, last, reach is Reach.TOUCHING, codes)


def _rules(remark: Remark) -> tuple[frozenset[str], tuple[str, ...], dict[str, frozenset[str]]]:
    if remark.every:
        prefix = f"{remark.tool}:"
        return frozenset(e.name for e in known().values() if any(a.startswith(prefix) for a in e.aliases)), (), {}
    found: set[str] = set()
    unknown: list[str] = []
    coded: dict[str, set[str]] = {}
    for name in remark.names:
        meanings = _meanings(remark.tool, name)
        found.update(meanings)
        if not meanings:
            code = name.rpartition("/")[2].upper()  # tally: `shellcheck/SC2086`
            families = registry.family(code)
            for rule in families:
                coded.setdefault(rule, set()).add(code)
            if not families:
                unknown.append(name)
    codes = {rule: frozenset(several) for rule, several in coded.items() if rule not in found}
    return frozenset(found | coded.keys()), tuple(unknown), codes


def _meanings(tool: str, name: str) -> tuple[str, ...]:
    if tool == OWN:
        return (name,) if name in POLICY_RULES else registry.named(name)
    candidates = [f"{tool}:{name}"]
    if tool == "tally":
        inner, slash, code = name.rpartition("/")
        candidates += (
            [f"{inner}:{code}"] if slash else [f"tally:hadolint/{name}", f"tally:tally/{name}", f"hadolint:{name}"]
        )
    return next((meanings for c in candidates if (meanings := registry.named(c))), ())


MAX_HEADER = 20
"""Characters at the end of a line in which a block scalar's header is looked for."""

_BLOCK_SCALAR = regex(r"[:\-]\s+[|>][0-9+-]{0,2}$")


class _Lines:
    """Where comments and statements of a document stand, by line."""

    def __init__(self, document: Document) -> None:
        self.source = document.source
        self.text = document.source.text.split("\n")
        self.comments = _comments(document)
        self.alone = {c.line for c in self.comments if not self._before(c).strip()}
        self.statements: dict[int, int] = {}
        for statement in document.statements:
            line = statement.line
            self.statements[line] = max(self.statements.get(line, 0), statement.end_line)
        self.first_code = self._code_from(1)
        self._ends = {c.line: c.column - 1 for c in self.comments}

    def _before(self, comment: Span) -> str:
        return self.source.text[self.source.line_starts[comment.line - 1] : comment.start]

    def _code_from(self, line: int) -> int:
        """The first line from here on that is neither blank nor only a comment; one past the end if there is none."""
        while line <= len(self.text) and (line in self.alone or not self.text[line - 1].strip()):
            line += 1
        return line

    def covered(self, comment: Span, reach: Reach) -> tuple[int, int]:
        """The first and last line that a comment covers; (1, 0) if none."""
        line = comment.line
        if reach is Reach.FILE:
            return 1, len(self.text)
        if reach is Reach.LINE:
            return line, line
        target = self._below(line) if line in self.alone else line
        if target is None:
            return (line, line) if reach is Reach.TOUCHING else (1, 0)
        match reach:
            case Reach.NEXT:
                return target, self.statements.get(target, target)
            case Reach.BLOCK | Reach.TOUCHING:
                last = max(self._block_end(target), self.statements.get(target, target))
                return (min(line, target) if reach is Reach.TOUCHING else target), last
            case _:
                last = self.statements.get(target, target) if line in self.alone else target
                return target, max(last, self._scalar_end(target))

    def _below(self, line: int) -> int | None:
        """The line of code directly below a block of comments."""
        line += 1
        while line in self.alone:
            line += 1
        return line if line <= len(self.text) and self.text[line - 1].strip() else None

    def _code(self, line: int) -> str:
        return self.text[line - 1][: self._ends.get(line)].rstrip()

    def _scalar_end(self, line: int) -> int:
        """The last line of the block scalar (`run: |`) that a line opens; the line itself if it opens none."""
        code = self._code(line)
        if not _BLOCK_SCALAR.search(code[-MAX_HEADER:]):
            return line
        indent = _indent(code)
        while code.startswith("- ", indent) and ":" in code[indent:]:
            indent += 2 + _indent(code[indent + 2 :])
        last = line
        for number in range(line + 1, min(len(self.text), line + MAX_BLOCK) + 1):
            text = self.text[number - 1]
            if text.strip():
                if _indent(text) <= indent:
                    break
                last = number
        return last

    def _block_end(self, line: int) -> int:
        """The last line of the YAML block that begins on a line: those that are indented more (or, below a key, are the
        items of its list)."""
        head = self.text[line - 1]
        indent = _indent(head)
        key = head.lstrip().startswith("- ") is False
        last = line
        for number in range(line + 1, min(len(self.text), line + MAX_BLOCK) + 1):
            text = self.text[number - 1]
            if not text.strip() or number in self.alone:
                continue
            here = _indent(text)
            if here > indent or (key and here == indent and text.lstrip().startswith("- ")):
                last = number
            else:
                break
        return last


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _comments(document: Document) -> tuple[Span, ...]:
    """The document's comments, with the lines on top of the file: a Dockerfile's directives are no comments for Docker."""
    seen = {comment.start for comment in document.comments}
    top = (span for span in _top(document.source) if span.start not in seen)
    return tuple(sorted((*document.comments, *top), key=lambda span: span.start))


def _top(source: Source) -> Iterator[Span]:
    for number in range(1, min(len(source.line_starts), MAX_IGNORES) + 1):
        span = source.line_span(number)
        if not span.text.startswith("#"):
            return
        yield span


def of_documents(documents: Iterable[Document]) -> dict[str, tuple[Ignore, ...]]:
    """The ignore comments by path, of the files that have any."""
    found: dict[str, tuple[Ignore, ...]] = {}
    for document in documents:
        # what the gate fails to parse was reported when it was walked; none of its comments count
        with suppress(Exception):
            if several := ignores(document):
                found[document.path] = several
    return found
