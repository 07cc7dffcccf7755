"""The `rules` mapping of a policy: what is said of each rule or group of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployflow_gate.lint import registry
from deployflow_gate.lint.registry import Option, OptionValue, RuleEntry
from deployflow_gate.policy.faults import Faults, quoted
from deployflow_gate.policy.rules import FIXED, groups
from deployflow_gate.policy.values import Budget, entries_of, items_of, kind_of, text_of, where
from deployflow_gate.policy.written import LEVELS, Setting
from deployflow_gate.syntax.yaml import Entry, Node, Scalar
from deployflow_gate.syntax.yaml import Mapping as YamlMapping

MAX_DIGITS = 18
"""Of a whole number: no option is larger, and Python refuses to read more than 4,300."""


def read_settings(node: Node, entries: Mapping[str, RuleEntry], faults: Faults, budget: Budget) -> dict[str, Setting]:
    """Settings by selector: a rule's name (aliases resolved), or `all`, `level/…`, `chapter/…`."""
    found: dict[str, Setting] = {}
    wide = groups(entries)
    for entry in entries_of(node, "`rules`", faults, budget):
        key = entry.key.value
        rule = None if key in wide else rule_named(entry.key, entries, faults, wide)
        if rule is None and key not in wide:
            continue
        name = rule.name if rule else key
        if name in FIXED:
            faults.add(entry.key.span, f"The level of `{name}` cannot be changed.")
        elif name in found:
            other = found[name].where.rpartition(":")[2]
            means = "" if key == name else f" is `{name}`, which"
            faults.add(entry.key.span, f"{quoted(key)}{means} is set on line {other} already.")
        else:
            found[name] = _setting(entry, rule, faults, budget)
    return found


def rule_named(
    key: Scalar, entries: Mapping[str, RuleEntry], faults: Faults, more: tuple[str, ...] = ()
) -> RuleEntry | None:
    """The one rule that a name or an alias means; None with a fault if there is none, or more than one. `more` are
    other names that would have done, for the suggestion."""
    name = key.value
    if name in entries:
        return entries[name]
    meanings = registry.named(name) if name else ()
    if len(meanings) == 1 and meanings[0] in entries:
        return entries[meanings[0]]
    if meanings:
        listed = ", ".join(f"`{m}`" for m in meanings)
        faults.add(key.span, f"{quoted(name)} means several rules: {listed}. Name the one you mean.")
    else:
        aliases = (s for e in entries.values() for alias in e.aliases for s in (alias, alias.partition(":")[2]))
        sentence = (
            f"There is no group of rules {quoted(name)}"
            if "/" in name and ":" not in name and more
            else (f"There is no rule {quoted(name)}")
        )
        faults.unknown(key.span, sentence, name, [*entries, *more, *aliases])
    return None


def _setting(entry: Entry, rule: RuleEntry | None, faults: Faults, budget: Budget) -> Setting:
    place = where(entry.key.span)
    node = entry.value
    if not isinstance(node, YamlMapping):
        return Setting(_level(node, faults), {}, place)
    level: str | None = None
    options: dict[str, OptionValue] = {}
    name = entry.key.value
    for inner in entries_of(node, quoted(name), faults, budget):
        key = inner.key.value
        if key == "level":
            level = _level(inner.value, faults)
        elif rule is None:
            faults.add(inner.key.span, f"{quoted(name)} means several rules, so it takes a level and no options.")
        else:
            option = next((o for o in rule.options if o.name == key), None)
            if option is None:
                known = ["level", *(o.name for o in rule.options)]
                faults.unknown(inner.key.span, f"The rule `{rule.name}` has no option {quoted(key)}", key, known)
                continue
            value = option_value(option, inner.value, faults, budget)
            if value is not None:
                options[key] = value
    return Setting(level, options, place)


def _level(node: Node, faults: Faults) -> str | None:
    level = text_of(node, "The level", faults)
    if level is not None and level not in LEVELS:
        faults.unknown(node.span, f"{quoted(level)} is no level; those are {', '.join(LEVELS)}", level, LEVELS)
        return None
    return level


def option_value(option: Option, node: Node, faults: Faults, budget: Budget) -> OptionValue | None:
    """A value for an option, or None with a fault. A text may be written as a number (`user: 10001`): its spelling counts."""
    if option.type == "strings":
        before = len(faults)
        values = tuple(_strings(option, node, faults, budget))
        return values if len(faults) == before else None
    if option.type == "pairs":
        before = len(faults)
        pairs = tuple(_pairs(option, node, faults, budget))
        return pairs if len(faults) == before else None
    value = _scalar(option, node)
    if value is None:
        faults.add(node.span, f"The option `{option.name}` is {kind_of(node)}, not {_EXPECTED[option.type]}.")
        return None
    return value if _chosen(option, value, node, faults) else None


_EXPECTED = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"}


def _strings(option: Option, node: Node, faults: Faults, budget: Budget) -> Iterator[str]:
    for item in items_of(node, option.name, faults, budget):
        if isinstance(item, Scalar) and item.kind in {"str", "int", "float"} and not item.tag:
            if _chosen(option, item.value, item, faults):
                yield item.value
        else:
            faults.add(item.span, f"An item of the option `{option.name}` is {kind_of(item)}, not a text.")


def _pairs(option: Option, node: Node, faults: Faults, budget: Budget) -> Iterator[tuple[str, str]]:
    for entry in entries_of(node, f"The option `{option.name}`", faults, budget):
        item = entry.value
        if isinstance(item, Scalar) and item.kind in {"str", "int", "float"} and not item.tag:
            if _chosen(option, item.value, item, faults):
                yield entry.key.value, item.value
        else:
            said = f"{quoted(entry.key.value)} of the option `{option.name}`"
            faults.add(item.span, f"{said} is {kind_of(item)}, not a text.")


def _scalar(option: Option, node: Node) -> OptionValue | None:
    if not isinstance(node, Scalar) or node.tag:
        return None
    match option.type:
        case "str" if node.kind in {"str", "int", "float"}:
            return node.value
        case "bool" if node.kind == "bool":
            return node.value.lower() == "true"
        case "int" if node.kind == "int" and len(node.value) <= MAX_DIGITS:
            return _number(node.value, int)
        case "float" if node.kind in {"int", "float"} and len(node.value) <= MAX_DIGITS:
            return _number(node.value, float)
        case _:
            return None


def _number(text: str, kind: type[int] | type[float]) -> int | float | None:
    try:
        value = kind(text)
    except ValueError:  # 0x1f, .inf: YAML's, not worth a policy's while
        return None
    return value if abs(value) < 10**MAX_DIGITS else None


def _chosen(option: Option, value: OptionValue, node: Node, faults: Faults) -> bool:
    if not option.choices or value in option.choices:
        return True
    listed = ", ".join(option.choices)
    sentence = f"The option `{option.name}` is {quoted(str(value))}, which is none of {listed}"
    faults.unknown(node.span, sentence, str(value), option.choices)
    return False
