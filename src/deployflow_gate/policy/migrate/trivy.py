"""`.trivyignore` and `.trivyignore.yaml` (https://trivy.dev/latest/docs/configuration/filtering/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from deployflow_gate.policy.migrate.became import NO_RULE, Became, Level, Part, Passing, also, rules_of
from deployflow_gate.policy.migrate.items import Item
from deployflow_gate.regex import regex

_DOCKERFILE_CHECK = regex(r"(?:AVD-)?DS-?0*(\d{1,4})", 2)  # re.IGNORECASE
_VULNERABILITY = regex(r"(?:CVE|GHSA|DLA|RHSA|ALAS|TEMP|NSWG)-.*", 2)

EVERYWHERE = "**"


def read(items: Iterable[Item]) -> Iterator[Became]:
    entries: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        if not item.keys:
            name, _, rest = item.value.partition(" exp:")
            yield _entry(item, item.said, name.strip(), rest.strip(), (), "")
        else:
            entries.setdefault(item.keys[:2], []).append(item)
    for (kind, *_), several in entries.items():
        yield _of_mapping(kind, several)


def _of_mapping(kind: str, items: list[Item]) -> Became:
    found = {item.keys[-1]: item.value for item in reversed(items)}
    comments = tuple(comment for item in items for comment in item.comments)
    said = f"{kind}: {found.get('id', '?')}"
    if kind != "misconfigurations":
        return Became(
            str(items[0].line),
            said,
            left="the gate scans no images, and licenses and secrets by rules of its own",
            comments=comments,
        )
    paths = tuple(item.value for item in items if item.keys[-1] == "paths")
    became = _entry(items[0], said, found.get("id", ""), found.get("expired_at", ""), paths, found.get("statement", ""))
    own = tuple(comment for comment in became.comments if comment not in comments)
    return Became(became.where, said, became.parts, became.left, became.remark, (*comments, *own))


def _entry(item: Item, said: str, name: str, until: str, paths: tuple[str, ...], statement: str) -> Became:
    line = str(item.line)
    number = _DOCKERFILE_CHECK.fullmatch(name)
    rules = rules_of("trivy", f"DS-{number[1]:0>4}") if number else rules_of("trivy", name)
    if not rules:
        reason = "the gate scans no images for vulnerabilities" if _VULNERABILITY.fullmatch(name) else NO_RULE
        return Became(line, said, left=reason, comments=item.comments)
    parts: tuple[Part, ...]
    if until:
        day = _day(until)
        if day is None:
            return Became(line, said, left="its day of expiry cannot be read", comments=item.comments)
        reason = statement or " ".join(item.comments) or "Taken over from trivy's ignore file, which gives no reason."
        parts = tuple(Passing(rule, paths or (EVERYWHERE,), reason, day) for rule in rules)
    else:
        parts = tuple(Level(rule, "off", paths) for rule in rules)
    comments = item.comments if not statement or until else (*item.comments, statement)
    return Became(line, said, parts, "", also("trivy", rules, {f"DS-{number[1]:0>4}"} if number else {name}), comments)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
