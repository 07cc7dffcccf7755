"""The `waivers` of a policy: findings that may pass for some time, with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from deployflow_gate.lint.registry import RuleEntry
from deployflow_gate.policy.faults import Faults, quoted
from deployflow_gate.policy.rules import UNSILENCEABLE
from deployflow_gate.policy.settings import rule_named
from deployflow_gate.policy.values import Budget, record_of, text_of
from deployflow_gate.policy.written import Waiver
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Node, Scalar

KEYS = ("rule", "path", "reason", "expires", "owner", "fingerprint")
NEEDED = ("rule", "reason", "expires")

DAY = regex(r"\d{4}-\d{2}-\d{2}")
FINGERPRINT = regex(r"[0-9a-f]{8,32}")

WAIVER = "A waiver"


def read_waivers(
    items: Iterable[Node],
    globs: Callable[[Node], tuple[str, ...]],
    entries: Mapping[str, RuleEntry],
    faults: Faults,
    budget: Budget,
) -> Iterator[Waiver]:
    """Each waiver that is in order; what is wrong with the others is in `faults`. `globs` reads a `path`."""
    for item in items:
        before = len(faults)
        keys = record_of(item, WAIVER, KEYS, NEEDED, faults, budget)
        if keys is None:
            continue
        if "path" not in keys and "fingerprint" not in keys:
            faults.add(item.span, "A waiver needs `path` or `fingerprint`: without them the rule would be off.")
        rule = _rule(keys.get("rule"), entries, faults)
        reason = _text(keys.get("reason"), "reason", faults)
        owner = _text(keys.get("owner"), "owner", faults)
        expires = _day(keys.get("expires"), faults)
        fingerprint = _fingerprint(keys.get("fingerprint"), faults)
        paths = globs(keys["path"]) if "path" in keys else ()
        if "path" in keys and not paths and len(faults) == before:
            faults.add(keys["path"].span, "The `path` of a waiver is an empty list.")
        if len(faults) == before and expires is not None:
            yield Waiver(rule, paths, reason, expires, owner, fingerprint, item.span)


def _rule(node: Node | None, entries: Mapping[str, RuleEntry], faults: Faults) -> str:
    if node is None or text_of(node, "The `rule` of a waiver", faults) is None or not isinstance(node, Scalar):
        return ""
    entry = rule_named(node, entries, faults)
    if entry is not None and entry.name in UNSILENCEABLE:
        faults.add(node.span, f"`{entry.name}` cannot be waived.")
    return entry.name if entry else ""


def _text(node: Node | None, key: str, faults: Faults) -> str:
    if node is None:
        return ""
    text = text_of(node, f"The `{key}` of a waiver", faults)
    if text is not None and not text.strip():
        faults.add(node.span, f"The `{key}` of a waiver is empty.")
    return " ".join((text or "").split())


def _day(node: Node | None, faults: Faults) -> date | None:
    if node is None:
        return None
    if isinstance(node, Scalar) and not node.tag and DAY.fullmatch(node.value):
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            pass
    shown = quoted(node.value) if isinstance(node, Scalar) else "not a text"
    faults.add(node.span, f"The `expires` of a waiver is {shown}, which is no day; write it as 2026-12-31.")
    return None


def _fingerprint(node: Node | None, faults: Faults) -> str:
    if node is None:
        return ""
    # digits only would be a number for YAML; its spelling is what counts
    if isinstance(node, Scalar) and not node.tag and FINGERPRINT.fullmatch(node.value):
        return node.value
    shown = quoted(node.value) if isinstance(node, Scalar) else "not a text"
    faults.add(
        node.span, f"The `fingerprint` of a waiver is {shown}, not 8 to 32 hexadecimal digits as a report shows them."
    )
    return ""
