"""The waivers that a verdict rests on, and how long they will carry it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from deployflow_gate.github.judged import UsedWaiver
from deployflow_gate.policy.model import Policy
from deployflow_gate.policy.verdict import Verdict


def used_waivers(verdict: Verdict, policy: Policy, today: date) -> tuple[UsedWaiver, ...]:
    """The waivers of the policy that silence something in the verdict, in the policy's order."""
    counts = Counter(
        (f.rule, f.suppressed.where)
        for f in verdict.findings
        if f.suppressed is not None and f.suppressed.by == "waiver"
    )
    return tuple(
        UsedWaiver(
            rule=waiver.rule,
            where=waiver.where,
            reason=waiver.reason,
            owner=waiver.owner,
            expires=waiver.expires,
            days=(waiver.expires - today).days,
            count=counts.pop((waiver.rule, waiver.where)),
        )
        for waiver in policy.waivers
        if counts[waiver.rule, waiver.where] and waiver.expires >= today
    )
