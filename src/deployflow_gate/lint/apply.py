"""Put fixes into texts: sorted, never overlapping, repeated until still, and each confirmed by looking again.

A fix after which the file no longer parses, the problem is still there or another one came is refused, not written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.problem import Edit
from deployflow_gate.record import dataclass, field
from deployflow_gate.text import Source

MAX_ROUNDS = 10
"""Fixes may make room for others; ten rounds are more than any page of ours needs, and a circle must end."""

Look = Callable[[Mapping[str, str]], tuple[Finding, ...]]
"""Judge the repository with some files replaced by new texts: path → text."""


@dataclass(frozen=True)
class FixResult:
    """`files` maps a path to its old source and its new text. `refused` tells why a fix was not written."""

    files: Mapping[str, tuple[Source, str]] = field(default_factory=dict)
    applied: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, str, str], ...] = ()


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits of its own offsets made, from the back. Edits must not overlap."""
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def fix_all(look: Look, *, unsafe: bool) -> FixResult:
    """Apply every fix that findings offer (safe ones only, unless `unsafe`) until no more can be applied."""
    texts: dict[str, str] = {}
    originals: dict[str, Source] = {}
    applied: list[tuple[str, str]] = []
    refused: dict[tuple[str, str, str], str] = {}
    findings = look(texts)
    for _ in range(MAX_ROUNDS):
        chosen = _choose(findings, refused, unsafe=unsafe)
        if not chosen:
            break
        texts, findings = _round(look, texts, findings, chosen, originals, applied, refused, unsafe=unsafe)
    return FixResult(
        {path: (originals[path], text) for path, text in texts.items() if text != originals[path].text},
        tuple(applied),
        tuple((path, title, reason) for (path, title, _), reason in refused.items()),
    )


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.path, finding.fix.title if finding.fix else "", finding.fingerprint


def _choose(findings: Iterable[Finding], refused: Mapping[tuple[str, str, str], str], *, unsafe: bool) -> list[Finding]:
    """The fixes of one round: first come, first served; one that touches what another changes waits for the next round."""
    taken: dict[str, list[tuple[int, int]]] = {}
    chosen = []
    for finding in findings:
        fix = finding.fix
        if fix is None or finding.suppressed or not (fix.safe or unsafe) or _key(finding) in refused:
            continue
        places = [(e.span.path, e.span.start, e.span.end) for e in fix.edits]
        if any(start <= b and a <= end for path, start, end in places for a, b in taken.get(path, ())):
            continue
        for path, start, end in places:
            taken.setdefault(path, []).append((start, end))
        chosen.append(finding)
    return chosen


def _round(
    look: Look,
    texts: dict[str, str],
    findings: tuple[Finding, ...],
    chosen: list[Finding],
    originals: dict[str, Source],
    applied: list[tuple[str, str]],
    refused: dict[tuple[str, str, str], str],
    *,
    unsafe: bool,
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    # Together they may do harm: then the fixes of the files where some was done are tried without the others, and these in
    # halves, down to one for each file, which is refused. Whatever is looked at is the whole repository, so a few bad fixes
    # among many must not cost a look for each.
    groups = [[f.fingerprint for f in chosen]]
    while groups:
        wanted = frozenset(groups.pop())
        current = _choose((f for f in findings if f.fingerprint in wanted), refused, unsafe=unsafe)
        if not current:
            continue
        after = _written(texts, current, originals)
        seen = look(after)
        harm = _worse(findings, seen, current)
        hurt = [f for f in current if not harm.keys().isdisjoint(_touched(f))]
        if not harm:
            applied += [(f.path, f.fix.title) for f in current if f.fix]
            texts, findings = after, seen
        elif len(current) == 1 or len({f.path for f in hurt}) == len(current):
            for finding in current:
                refused[_key(finding)] = next((harm[p] for p in _touched(finding) if p in harm), min(harm.values()))
        else:
            of_hurt = {id(f) for f in hurt}
            rest = [f for f in current if id(f) not in of_hurt]
            parts = (hurt, rest) if hurt and rest else _halves(current)
            groups += [[f.fingerprint for f in part] for part in parts]
    return texts, findings


def _touched(finding: Finding) -> dict[str, None]:
    """The files that a fix may have changed something in."""
    return dict.fromkeys((finding.path, *(e.span.path for e in (finding.fix.edits if finding.fix else ()))))


def _halves(findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Half of the findings of each file, or half of the files where each has one only."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.path, []).append(finding)
    if len(by_file) == len(findings):
        return findings[len(findings) // 2 :], findings[: len(findings) // 2]
    some = by_file.values()
    return [f for own in some for f in own[(len(own) + 1) // 2 :]], [
        f for own in some for f in own[: (len(own) + 1) // 2]
    ]


def _written(texts: dict[str, str], chosen: Iterable[Finding], originals: dict[str, Source]) -> dict[str, str]:
    edits: dict[str, list[Edit]] = {}
    for finding in chosen:
        for edit in finding.fix.edits if finding.fix else ():
            edits.setdefault(edit.span.path, []).append(edit)
            originals.setdefault(edit.span.path, edit.span.source)
    return texts | {path: splice(some[0].span.source.text, some) for path, some in edits.items()}


def _worse(before: Iterable[Finding], after: Iterable[Finding], fixed: Iterable[Finding]) -> dict[str, str]:
    """Why the state after is not simply the one before without what was fixed, by file; {} if it is."""
    counts = Counter((f.rule, f.path) for f in before)
    counts.subtract(Counter((f.rule, f.path) for f in fixed))
    harm: dict[str, str] = {}
    for key, number in Counter((f.rule, f.path) for f in after).items():
        if number > counts[key]:
            rule, path = key
            harm.setdefault(path, f"after it `{rule}` would still be, or newly be, reported in {path}")
    return harm
