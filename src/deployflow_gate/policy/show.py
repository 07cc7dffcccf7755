"""The effective policy as YAML: everything that is enforced, with where each thing was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployflow_gate.lint.decision import Decision
from deployflow_gate.policy.model import Policy
from deployflow_gate.policy.rules import FIXED, known
from deployflow_gate.policy.written import Layer, Said, Waiver

COLUMN = 44
"""Where the comments begin, if what stands before them is short enough."""


def show(policy: Policy) -> str:
    """A policy file that says the same without extending any (it has the same digest), each line of it with a comment that
    says who decided so. What no policy speaks of comes last in `rules`, without a comment."""
    return "\n".join(_lines(policy)) + "\n"


def _lines(policy: Policy) -> Iterator[str]:
    yield f"# The policy {_plain(policy.name)} as it is enforced; digest {policy.digest}"
    yield ""
    fail_on = policy.fail_on.value if policy.fail_on else "never"
    yield _noted(f"fail-on: {fail_on}", policy.provenance.get("fail-on", ""))
    yield _noted(f"inline-ignores: {policy.inline_ignores}", policy.provenance.get("inline-ignores", ""))
    yield from _globs("exclude", policy.excluded)
    yield from _globs("production", policy.produced)
    yield ""
    yield "rules:"
    yield from _rules(policy.before_first_path)
    layers = policy.from_first_path
    if layers:
        yield ""
        yield "paths:"
        for layer in layers:
            yield from _layer(policy, layer)
    if policy.waivers:
        yield ""
        yield "waivers:"
        for waiver in policy.waivers:
            yield from _waiver(waiver)


def _globs(key: str, globs: tuple[Said, ...]) -> Iterator[str]:
    if globs:
        yield f"{key}:"
    for said in globs:
        yield _noted(f"  - {_quoted(said.value)}", said.where)


def _rules(decisions: Mapping[str, Decision]) -> Iterator[str]:
    changeable = [(name, d) for name, d in decisions.items() if name not in FIXED]
    for name, decision in changeable:
        if decision.why.by != "default" or decision.options:
            yield from _rule("  ", name, _level(decision), decision.options, _who(decision))
    for name, decision in changeable:
        if decision.why.by == "default" and not decision.options:
            yield f"  {name}: {_level(decision)}"


def _layer(policy: Policy, layer: Layer) -> Iterator[str]:
    yield f"  - paths: [{', '.join(map(_quoted, layer.globs if layer.globs is not None else ('**',)))}]"
    rules = policy.expanded(layer)
    yield "    rules:" if rules else "    rules: {}"
    for name, level, options in rules:
        yield from _rule("      ", name, level, dict(options), f"{layer.by} {policy.place(layer, name)}")


def _rule(indent: str, name: str, level: str | None, options: Mapping[str, object], who: str) -> Iterator[str]:
    if not options:
        yield _noted(f"{indent}{name}: {level}" if level else f"{indent}{name}: {{}}", who)
        return
    yield _noted(f"{indent}{name}:", who)
    if level:
        yield f"{indent}  level: {level}"
    entry = known().get(name)
    pairs = {option.name for option in entry.options if option.type == "pairs"} if entry is not None else set()
    for option, value in sorted(options.items()):
        yield f"{indent}  {option}: {_mapping(value) if option in pairs else _value(value)}"


def _level(decision: Decision) -> str:
    return decision.severity.value if decision.severity else "off"


def _who(decision: Decision) -> str:
    return f"{decision.why.by} {decision.why.where}".replace("preset preset ", "preset ").strip()


def _waiver(waiver: Waiver) -> Iterator[str]:
    yield _noted(f"  - rule: {waiver.rule}", waiver.where)
    if waiver.paths:
        yield f"    path: [{', '.join(map(_quoted, waiver.paths))}]"
    yield f"    reason: {_quoted(waiver.reason)}"
    yield f"    expires: {waiver.expires.isoformat()}"
    if waiver.owner:
        yield f"    owner: {_quoted(waiver.owner)}"
    if waiver.fingerprint:
        yield f"    fingerprint: {_quoted(waiver.fingerprint)}"


def _noted(line: str, who: str) -> str:
    return f"{line:{COLUMN}} # {_plain(who)}" if who else line


def _mapping(value: object) -> str:
    pairs = value if isinstance(value, tuple | list) else ()
    return f"{{{', '.join(f'{_value(key)}: {_value(given)}' for key, given in pairs)}}}"


def _value(value: object) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """A text in double quotes, as YAML and JSON have it."""
    import json

    return json.dumps(text)


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
