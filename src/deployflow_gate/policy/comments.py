"""The comments with which people silence a linter: ours, and those of other tools that files hold already.

Only the syntax of the others is known here, from their documentation; what their rules are called is the registry's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum, auto
from itertools import pairwise

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

OWN = "gate"

_HINTS = ("gate:", "hadolint", "tally", "checkov:", "kics-scan", "trivy:", "zizmor:", "dclint", "compose-lint", "skip")


def hinted(text: str) -> bool:
    """Whether a file is worth looking at: a text without any of these has no such comment. (A regular expression that
    ignores case takes twenty times as long, and every file of a repository is asked.)"""
    text = text.lower()
    return any(hint in text for hint in _HINTS)


MAX_NAMES = 100
"""Rules in one comment."""

MAX_REASON = 300
"""Characters of a reason that reports repeat."""


class Reach(Enum):
    """What a comment covers: the file; the statement or line it stands at or above; the line itself; the next line; the
    block that begins there; or whatever touches the block that begins there."""

    FILE = auto()
    HERE = auto()
    LINE = auto()
    NEXT = auto()
    BLOCK = auto()
    TOUCHING = auto()


@dataclass(frozen=True, slots=True)
class Remark:
    """What a comment says. `names` are as written; () with `every` means all that the tool has to say.

    `start` is where in the comment it begins. `until` is the last day on which it holds, if it says one.
    """

    tool: str
    names: tuple[str, ...]
    reach: Reach
    reason: str = ""
    every: bool = False
    until: date | None = None
    start: int = 0


_GATE_HEAD = regex(r"(?:^|(?<=\s))#+\s*gate:\s*ignore\b(?!-(?!file\b))")
_GATE = regex(r"#+\s*gate:\s*ignore(?P<file>-file)?\b(?:\s*\[(?P<names>[^\]]*)\])?(?P<rest>.*)")
_HADOLINT = regex(r"#+\s*(?P<tool>hadolint|tally)\s+(?P<file>global\s+)?ignore\s*=(?P<rest>.*)", re.IGNORECASE)
_CHECKOV = regex(r"checkov:skip=(?P<names>[\w/,-]+)(?:\s*:(?P<rest>.*))?", re.IGNORECASE)
_KICS = regex(r"#+\s*kics-scan\s+(?P<verb>ignore-line|ignore-block|ignore|disable=)(?P<rest>.*)", re.IGNORECASE)
_TRIVY = regex(r"#+\s*trivy:ignore:(?P<names>\S+)(?P<rest>.*)", re.IGNORECASE)
_TRIVY_DAY = regex(r"(?:^|\s)(?:exp:(\S*)|ws:\S*)")
_ZIZMOR = regex(r"#+\s*zizmor:\s*ignore\[(?P<names>[^\]]*)\](?P<rest>.*)")
_DCLINT = regex(r"#+\s*dclint\s+(?P<verb>disable-file|disable-line|disable)\b(?P<rest>.*)", re.IGNORECASE)
_COMPOSE_LINT = regex(
    r"#+\s*compose-lint:\s*(?:disable|ignore)(?P<where>-file|-line|-next-line)?\s*(?:=|:|\[)?\s*(?P<names>CL-\d+(?:\s*,\s*CL-\d+)*)?\]?(?P<rest>.*)",
    re.IGNORECASE,
)
_CHECK = regex(r"#\s*check\s*=(?P<rest>.*)", re.IGNORECASE)


def remarks(comment: str) -> tuple[Remark, ...]:
    """What a comment (from its `#`) says to silence something; () for any other. Never raises."""
    return tuple(remark for reader in _READERS for remark in reader(comment))


def _gate(comment: str) -> Iterator[Remark]:
    starts = [found.start() for found in _GATE_HEAD.finditer(comment)]
    for start, end in pairwise([*starts, len(comment)]):
        if found := _GATE.match(comment[start:end]):
            reach = Reach.FILE if found["file"] else Reach.HERE
            yield Remark(OWN, _names(found["names"]), reach, _reason(found["rest"]), start=start)


def _hadolint(comment: str) -> Iterator[Remark]:
    if found := _HADOLINT.match(comment):
        names, separator, rest = found["rest"].partition(";")
        listed = re.match(r"\s*[\w/.-]+(?:\s*,\s*[\w/.-]+)*", names)
        if not listed:
            return
        reason = rest.partition("reason=")[2] if separator else names[listed.end() :]
        reach = Reach.FILE if found["file"] else Reach.HERE
        yield Remark(found["tool"].lower(), _names(listed[0]), reach, _reason(reason))


def _checkov(comment: str) -> Iterator[Remark]:
    for found in _CHECKOV.finditer(comment):
        yield Remark("checkov", _names(found["names"]), Reach.FILE, _reason(found["rest"] or ""), start=found.start())


def _kics(comment: str) -> Iterator[Remark]:
    if found := _KICS.match(comment):
        verb = found["verb"].lower()
        if verb == "disable=":
            yield Remark("kics", _names(found["rest"]), Reach.FILE)
        else:
            reach = {"ignore": Reach.FILE, "ignore-line": Reach.NEXT, "ignore-block": Reach.BLOCK}[verb]
            yield Remark("kics", (), reach, _reason(found["rest"]), every=True)


def _trivy(comment: str) -> Iterator[Remark]:
    if found := _TRIVY.match(comment):
        rest = found["rest"]
        until = next((_day(day[1]) for day in _TRIVY_DAY.finditer(rest) if day[1] is not None), None)
        every = found["names"] == "*"
        names = () if every else tuple(form for name in _names(found["names"]) for form in _trivy_forms(name))
        yield Remark("trivy", names, Reach.HERE, _reason(_TRIVY_DAY.sub("", rest)), every, until)


def _trivy_forms(name: str) -> Iterator[str]:
    """The names that trivy has had for one check: DS002, AVD-DS-0002, DS-0002."""
    if found := re.fullmatch(r"(?:AVD-)?([A-Z]+)-?(\d+)", name, re.IGNORECASE):
        yield f"{found[1].upper()}-{int(found[2][:6]):04}"
    else:
        yield name


def _zizmor(comment: str) -> Iterator[Remark]:
    if found := _ZIZMOR.match(comment):
        yield Remark("zizmor", _names(found["names"]), Reach.TOUCHING, _reason(found["rest"]))


def _dclint(comment: str) -> Iterator[Remark]:
    if found := _DCLINT.match(comment):
        names = tuple(re.findall(r"[\w/-]+", found["rest"])[:MAX_NAMES])
        reach = Reach.LINE if found["verb"].lower() == "disable-line" else Reach.FILE
        yield Remark("dclint", names, reach, every=not names)


def _compose_lint(comment: str) -> Iterator[Remark]:
    if found := _COMPOSE_LINT.match(comment):
        names = _names(found["names"])
        places = {"-file": Reach.FILE, "-line": Reach.LINE, "-next-line": Reach.NEXT}
        reach = places.get((found["where"] or "").lower(), Reach.HERE)
        yield Remark("compose-lint", names, reach, _reason(found["rest"]), every=not names)


def _check(comment: str) -> Iterator[Remark]:
    """BuildKit's: a directive at the top of a Dockerfile covers the file; a comment above an instruction covers that.
    Which of the two it is, is known by where it stands."""
    if found := _CHECK.match(comment):
        for part in found["rest"].split(";"):
            key, _, value = part.partition("=")
            if key.strip().lower() == "skip":
                names = _names(value)
                every = tuple(n.lower() for n in names) == ("all",)
                yield Remark("buildkit", () if every else names, Reach.HERE, every=every)


_READERS: tuple[Callable[[str], Iterator[Remark]], ...] = (
    _gate,
    _hadolint,
    _checkov,
    _kics,
    _trivy,
    _zizmor,
    _dclint,
    _compose_lint,
    _check,
)


def _names(text: str | None) -> tuple[str, ...]:
    parts = (part.strip() for part in (text or "").split(",", MAX_NAMES)[:MAX_NAMES])
    return tuple(part for part in parts if part)


def _reason(text: str) -> str:
    """The reason without the marks that people put between a directive and its reason."""
    words = " ".join(text[: MAX_REASON * 2].split())
    return words.lstrip("-–—:#; ").rstrip()[:MAX_REASON]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min  # a day that is none: it has never held
