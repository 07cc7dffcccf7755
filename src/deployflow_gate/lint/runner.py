"""One pass: every node once, each handed to the rules that asked for its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deployflow_gate.digest import sha256_hex
from deployflow_gate.lint.decision import Decide, Decision
from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.problem import Problem
from deployflow_gate.lint.registry import RuleEntry, index, load
from deployflow_gate.lint.rule import CannotRun, Check
from deployflow_gate.lint.severity import Severity
from deployflow_gate.model.node import Failure, Node
from deployflow_gate.record import dataclass, replace
from deployflow_gate.text import Source, Span

INTERNAL_ERROR = "internal-error"
FINGERPRINT_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Run:
    """What one pass found. `crashes` says in a sentence each what could not be evaluated; each has a finding, too.

    `notes` says which rules could not run for want of a program.
    """

    findings: tuple[Finding, ...]
    crashes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule that asked for a kind of node, and what the policy says of it in one file."""

    entry: RuleEntry
    check: Check
    decision: Decision
    options: Mapping[str, object]


def run(nodes: Iterable[Node], decide: Decide, only: frozenset[str] | None = None) -> Run:
    """Hand each node, once, to the enabled rules that ask for its kind; those that ask for all of a kind get them at the end.

    `only` limits the rules to some names; such a rule runs even if the policy has it off. Never raises for what a rule
    raises, nor for a Failure among the nodes: that becomes a blocking finding and an entry in `crashes`.
    """
    entries = [e for e in index().values() if only is None or e.name in only]
    of_kind: dict[type, tuple[RuleEntry, ...]] = {}
    in_file: dict[type, tuple[_Asked, ...]] = {}  # of the file whose nodes are coming; they come one after the other
    file: str | None = None
    # by rule and options, which may differ between files
    gathered: dict[tuple[str, str], tuple[_Asked, list[Node]]] = {}
    report = _Report(decide, only)
    for node in nodes:
        kind = type(node)
        if isinstance(node, Failure):
            report.crashed("The model", node.span, node.error)
            continue
        entries_asked = of_kind.get(kind)
        if entries_asked is None:
            entries_asked = of_kind[kind] = _of_kind(kind, entries)
        if not entries_asked:
            continue
        path = node.span.path
        if path != file:
            in_file, file = {}, path
        several = in_file.get(kind)
        if several is None:
            several = in_file[kind] = tuple(_asked(entries_asked, path, decide, only))
        for asked in several:
            if asked.entry.together:
                key = asked.entry.name, repr(sorted(asked.options.items()))
                gathered.setdefault(key, (asked, []))[1].append(node)
            else:
                report.look(asked, node, node.span)
    for asked, together in gathered.values():
        report.look(asked, tuple(together), _NOWHERE)
    return Run(tuple(report.findings), tuple(report.crashes), tuple(dict.fromkeys(report.notes)))


_NOWHERE = Span(Source("", ""), 0, 0)


def _of_kind(kind: type, entries: Iterable[RuleEntry]) -> tuple[RuleEntry, ...]:
    names = {c.__name__ for c in kind.__mro__}
    return tuple(entry for entry in entries if not names.isdisjoint(entry.nodes))


def _asked(entries: Iterable[RuleEntry], path: str, decide: Decide, only: frozenset[str] | None) -> Iterator[_Asked]:
    """Those that are on in a file. The others are not even imported."""
    for entry in entries:
        decision = _decision(entry, path, decide, only)
        if decision.severity is not None:
            yield _Asked(entry, load(entry), decision, option_values(entry, decision.options))


class _Report:
    """What rules say, as findings at the levels of the files that they are in."""

    def __init__(self, decide: Decide, only: frozenset[str] | None) -> None:
        self.decide = decide
        self.only = only
        self.findings: list[Finding] = []
        self.crashes: list[str] = []
        self.notes: list[str] = []

    def look(self, asked: _Asked, subject: Node | tuple[Node, ...], place: Span) -> None:
        """Hand a rule what it asked for, which stands at `place`."""
        entry, decision, path = asked.entry, asked.decision, place.path
        try:
            for problem in asked.check(subject, **asked.options):
                at = problem.at.path
                said = decision if at == path else _decision(entry, at, self.decide, self.only)
                if said.severity is not None:
                    self.findings.append(_finding(entry.name, problem, said.severity, said.why))
        except CannotRun as reason:
            self.notes.append(str(reason))
        except Exception as error:  # noqa: BLE001  whatever a rule raises must block, and must not hide other findings
            self.crashed(f"The rule `{entry.name}`", place, error)

    def crashed(self, what: str, place: Span, error: Exception) -> None:
        where = f"`{place.path}`" if place.path else "the repository"
        sentence = f"{what} failed on {where} ({type(error).__name__}: {error})."
        self.crashes.append(sentence)
        message = sentence + " This is a fault of the gate."
        self.findings.append(Finding(INTERNAL_ERROR, Severity.ERROR, place, message))


def _decision(entry: RuleEntry, path: str, decide: Decide, only: frozenset[str] | None) -> Decision:
    decision = decide(entry.name, path)
    if only is not None and decision.severity is None:
        return replace(decision, severity=entry.severity, why=Why("default"))
    return decision


def _finding(name: str, problem: Problem, severity: Severity, why: Why) -> Finding:
    at, message, notes, fix = problem.at, problem.message, problem.notes, problem.fix
    return Finding(name, severity, at, message, notes, fix, why=why, hide=problem.hide, code=problem.code)


def fingerprinted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings with their fingerprints, sorted by path, place and rule.

    A fingerprint is a hash of rule, path, the text at the place with white space folded, and the ordinal among findings that
    agree in all of these. It holds no line number, so that an unrelated edit above does not change it.
    """
    seen: dict[bytes, int] = {}
    result = []
    # what several owners inherit is seen once for each of them, and said once
    for finding in sorted({_place(f): f for f in findings}.values(), key=_place):
        text = " ".join(_shown(finding).split())
        key = f"{finding.rule}\0{finding.path}\0{text}".encode(errors="surrogatepass")
        ordinal = seen[key] = seen.get(key, -1) + 1
        digest = sha256_hex(key + b"\0%d" % ordinal, FINGERPRINT_DIGITS)
        result.append(replace(finding, fingerprint=digest))
    return tuple(result)


def _shown(finding: Finding) -> str:
    """The text at the place, secrets taken out: a hash of a short password gives it away."""
    text, start = finding.span.text, finding.span.start
    for secret in finding.hide:
        first, last = max(0, secret.start - start), max(0, secret.end - start)
        text = text[:first] + "*" * len(text[first:last]) + text[last:]
    return text


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.path, finding.span.start, finding.span.end, finding.rule, finding.message


def option_values(entry: RuleEntry, given: Mapping[str, object]) -> dict[str, object]:
    """A policy's options as keyword arguments of the rule's function: dashes become underscores, lists tuples."""
    if not given:
        return {}
    return {
        name.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for name, value in given.items()
        if any(option.name == name for option in entry.options)
    }
