"""What the gate says of an event: the verdict, and all that a reader needs to trust it. The input of `plan`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.faults import PolicyFault
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.record import dataclass, field

if TYPE_CHECKING:
    from deployflow_gate.policy.model import Policy

SHORT = 12
"""Digits of a SHA or a digest in a sentence: nobody reads more, and in no repository do fewer name two commits."""


class Scope(StrEnum):
    """Which findings of a change count; the values are the words of the input `scope`.

    NEW are those that the base does not have; CHANGED these and all in files that the change touches.
    """

    NEW = "new"
    CHANGED = "changed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Where a policy came from: `name` is a preset's or the path of a file, `commit` the SHA that the file was read at ("" for a
    preset and for files on disk), `digest` its content's ("" for one that cannot be used). `said` is a sentence with all of
    this, names in backticks."""

    name: str
    commit: str
    digest: str
    said: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the gate would say of the same change if the policy were already as the change leaves it.

    `changed` are the policy's files (and those it extends) that the change adds, edits or removes. `verdict` is None where that
    policy cannot be used, and `faults` say why. `freed` are findings that block now and would not, `caught` those that would and
    do not.
    """

    changed: tuple[str, ...]
    policy: PolicySource
    verdict: Verdict | None
    faults: tuple[PolicyFault, ...] = ()
    freed: tuple[Finding, ...] = ()
    caught: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class AddedIgnore:
    """An ignore comment that the change adds and that silences `count` findings of a rule. `reason` is "" if it gives none."""

    rule: str
    path: str
    line: int
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class UsedWaiver:
    """A waiver of the enforced policy that silences `count` findings; `days` are those left until it expires (0: its last day)."""

    rule: str
    where: str
    reason: str
    owner: str
    expires: date
    days: int
    count: int

    @property
    def soon(self) -> bool:
        """Whether somebody should decide about it by now."""
        return self.days <= SOON_DAYS


SOON_DAYS = 30
"""A month's notice of a waiver that expires."""


@dataclass(frozen=True)
class Judgement:
    """What came of judging an event.

    `verdict` has every finding of the head; those that do not count in this `scope` are suppressed as pre-existing. `head` is the
    judged commit and `base` what it was compared with, None where there is nothing to compare with: everything counts then.
    `sources` says in a sentence where the files came from.

    `policy_faults` says why the policy could not be used: nothing was judged then, and the verdict is not evaluated. `bootstrap` is
    True where the repository's policy is only in the head, so that the default was enforced.

    `new` are the fingerprints of the counting findings that the base does not have, whatever the scope; None without a base.

    `changed` are the head's files that the change adds or edits, `removed` those it takes away, `renamed` is new path → old path.
    `changed_workflows` are the workflows among both: they decide whether the gate runs at all. `enforced` is the policy itself,
    None where it could not be used.
    """

    verdict: Verdict
    policy: PolicySource
    scope: Scope
    sources: str
    head: str
    base: str | None = None
    policy_faults: tuple[PolicyFault, ...] = ()
    bootstrap: bool = False
    preview: Preview | None = None
    added_ignores: tuple[AddedIgnore, ...] = ()
    waivers: tuple[UsedWaiver, ...] = ()
    new: frozenset[str] | None = None
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)
    changed_workflows: tuple[str, ...] = ()
    enforced: Policy | None = field(default=None, repr=False, compare=False)

    @property
    def policy_source(self) -> str:
        """The sentence about the policy."""
        return self.policy.said

    @property
    def expiring(self) -> tuple[UsedWaiver, ...]:
        """The used waivers that expire within a month, the next one first."""
        return tuple(sorted((waiver for waiver in self.waivers if waiver.soon), key=lambda waiver: waiver.expires))

    @property
    def pre_existing(self) -> tuple[Finding, ...]:
        """The findings that do not count since the base has them."""
        return tuple(f for f in self.verdict.findings if f.suppressed is not None and f.suppressed.by == "pre-existing")
