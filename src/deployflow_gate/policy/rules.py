"""Which rules a policy can speak of: those that visit files, and those that the policy itself reports."""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.lint import registry
from deployflow_gate.lint.registry import RuleEntry
from deployflow_gate.lint.severity import Severity

EXPIRED_WAIVER = "expired-waiver"
UNUSED_WAIVER = "unused-waiver"
UNUSED_IGNORE = "unused-ignore"
UNEXPLAINED_IGNORE = "unexplained-ignore"
INTERNAL_ERROR = "internal-error"

CHAPTER = "policy"


def _entry(name: str, severity: Severity, summary: str) -> RuleEntry:
    return RuleEntry(name, __name__, CHAPTER, severity, True, summary)


POLICY_RULES: Mapping[str, RuleEntry] = {
    entry.name: entry
    for entry in (
        _entry(EXPIRED_WAIVER, Severity.WARNING, "A waiver must be renewed or removed when it expires"),
        _entry(INTERNAL_ERROR, Severity.ERROR, "A rule must be able to judge every file"),
        _entry(
            UNEXPLAINED_IGNORE, Severity.WARNING, "An ignore comment must say why where the policy asks for reasons"
        ),
        _entry(UNUSED_IGNORE, Severity.NOTICE, "An ignore comment must silence something"),
        _entry(UNUSED_WAIVER, Severity.NOTICE, "A waiver must silence something"),
    )
}
"""The rules without a function: `judge` and the runner report them. They have levels, and no options."""

FIXED: frozenset[str] = frozenset({INTERNAL_ERROR})
"""A policy cannot change their level: a gate that could not judge must say so."""

UNSILENCEABLE: frozenset[str] = frozenset(POLICY_RULES)
"""No comment and no waiver silences what is reported of comments, waivers and the gate itself."""

PAGES: Mapping[str, str] = {
    EXPIRED_WAIVER: """\
A waiver holds up to and including the day of its `expires`. After that day its findings count again, and this finding
stands at the waiver in the policy file, so that somebody decides: mend the problem, or renew the waiver with a new day.
""",
    INTERNAL_ERROR: """\
A rule raised an exception on a file. That is a fault of the gate, not of the file; but nobody knows what the rule would
have said, so the verdict is not-evaluated. No policy, waiver or comment can silence it. Please report it.
""",
    UNEXPLAINED_IGNORE: """\
The policy says `inline-ignores: require-reason`, and an ignore comment gives none. It silences nothing. Write the reason
behind the brackets:

```dockerfile
# gate: ignore[root-user] the init process needs root and drops it
```

A comment of another tool's syntax is reported only where it would have silenced a finding.
""",
    UNUSED_IGNORE: """\
A `# gate: ignore[…]` comment names a rule that has nothing to report there (any more), or a name that is no rule. Remove
it, lest it silences something new one day. Comments of other tools are never reported: those tools may need them. Nor
is a comment about a rule that the policy has off.
""",
    UNUSED_WAIVER: """\
A waiver of the policy matches no finding. The problem is gone, or the waiver's `path` or `fingerprint` is wrong.
""",
}
"""What `explain` says of each, as Markdown."""


def known() -> dict[str, RuleEntry]:
    """Every rule by name, sorted by name: the index and `POLICY_RULES`."""
    return dict(sorted({**registry.index(), **POLICY_RULES}.items()))


def rules() -> tuple[RuleEntry, ...]:
    """Every rule the gate can report, sorted by name."""
    return tuple(known().values())


def policy_page(name: str) -> str:
    """The Markdown page of one of `POLICY_RULES`. Raises KeyError for any other name."""
    entry = POLICY_RULES[name]
    return (
        f"# {name}\n\n{entry.summary}.\n\nLevel: {entry.severity.value}. Reported by the gate itself.\n\n{PAGES[name]}"
    )


def selectors(entry: RuleEntry) -> tuple[str, str, str, str]:
    """The keys of a policy's `rules` that reach a rule, from the widest to the narrowest."""
    own = entry.severity.value if entry.on else "off"
    return "all", f"level/{own}", f"chapter/{entry.chapter}", entry.name


def groups(entries: Mapping[str, RuleEntry]) -> tuple[str, ...]:
    """Every key that means several rules, sorted."""
    wide = {selector for entry in entries.values() for selector in selectors(entry)[:3]}
    return tuple(sorted(wide | {"all", "level/error", "level/warning", "level/notice", "level/off"}))
