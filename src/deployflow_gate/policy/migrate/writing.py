"""The text of a policy from what configurations became: a new file, so it is written, not edited."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from deployflow_gate.lint import registry
from deployflow_gate.policy.migrate.became import Became, Level, Option, Passing, Top

_HEAD = """\
# yaml-language-server: $schema=https://raw.githubusercontent.com/deployflow/deployflow-gate/main/schemas/policy.schema.json
#
# Made by `deployflow-gate migrate` from {files}.
# Each entry names the line it comes from. What the gate has no word for stands at the end.

extends: deployflow
"""

_STRICTEST = ("error", "warning", "notice")


def render_policy(files: Sequence[str], became: Sequence[Became]) -> str:
    """A valid policy. Where two lines contradict each other, the later one holds; `fail-on` takes the strictest."""
    parts = [
        _HEAD.format(files=", ".join(_inert(file) for file in files) or "nothing"),
        *_top(became),
        *_exclude(became),
        *_rules(became),
        *_paths(became),
        *_waivers(became),
        *_left(became),
    ]
    return "".join(parts)


def _top(became: Sequence[Became]) -> Iterator[str]:
    for key in ("fail-on", "inline-ignores"):
        said = [(part.value, one) for one in became for part in one.parts if isinstance(part, Top) and part.key == key]
        if not said:
            continue
        yield "\n" + "".join(line for _, one in said for line in _comments(one, ""))
        levels = [value for value, _ in said]
        strict = [level for level in reversed(_STRICTEST) if level in levels]
        yield f"{key}: {strict[0] if key == 'fail-on' and strict else levels[-1]}\n"


def _exclude(became: Sequence[Became]) -> Iterator[str]:
    lines: dict[str, str] = {}
    for one in became:
        for part in one.parts:
            if isinstance(part, Top) and part.key == "exclude":
                head = "" if any(one.where in text for text in lines.values()) else "".join(_comments(one, "  "))
                lines.setdefault(part.value, f"{head}  - {_quoted(part.value)}\n")
    if lines:
        yield "\nexclude:\n" + "".join(lines.values())


def _rules(became: Sequence[Became]) -> Iterator[str]:
    levels: dict[str, str] = {}
    options: dict[str, dict[str, list[str]]] = {}
    heads: dict[str, list[Became]] = {}
    for one in became:
        for part in one.parts:
            if isinstance(part, Top) and part.key == "all":
                levels["all"] = part.value
                heads.setdefault("all", []).append(one)
            elif isinstance(part, Level) and not part.paths:
                levels[part.rule] = part.level
                heads.setdefault(part.rule, []).append(one)
            elif isinstance(part, Option):
                options.setdefault(part.rule, {}).setdefault(part.name, []).append(part.value)
    if levels:
        yield "\nrules:\n"
    for rule in sorted(levels, key=lambda name: (name != "all", name)):
        yield "".join(line for one in dict.fromkeys(heads[rule]) for line in _comments(one, "  "))
        if rule not in options:
            yield f"  {rule}: {levels[rule]}\n"
            continue
        yield f"  {rule}:\n    level: {levels[rule]}\n"
        for name, values in options[rule].items():
            yield f"    {name}: {_option(rule, name, tuple(dict.fromkeys(values)))}\n"


def _option(rule: str, name: str, values: Sequence[str]) -> str:
    """A list; of an option that is a mapping, whose values are `key=value` here, that one."""
    entry = registry.index().get(rule)
    if entry is None or not any(option.name == name and option.type == "pairs" for option in entry.options):
        return f"[{', '.join(_quoted(value) for value in values)}]"
    pairs = (value.rpartition("=") for value in values)
    return f"{{{', '.join(f'{_quoted(key)}: {_quoted(value)}' for key, _, value in pairs)}}}"


def _paths(became: Sequence[Became]) -> Iterator[str]:
    found = [(part, one) for one in became for part in one.parts if isinstance(part, Level) and part.paths]
    if found:
        yield "\npaths:\n"
    for part, one in found:
        yield "".join(_comments(one, "  "))
        yield f"  - paths: [{', '.join(_quoted(path) for path in part.paths)}]\n"
        yield f"    rules:\n      {part.rule}: {part.level}\n"


def _waivers(became: Sequence[Became]) -> Iterator[str]:
    found = [(part, one) for one in became for part in one.parts if isinstance(part, Passing)]
    if found:
        yield "\nwaivers:\n"
    for part, one in found:
        yield "".join(_comments(one, "  "))
        yield f"  - rule: {part.rule}\n    path: [{', '.join(_quoted(path) for path in part.paths)}]\n"
        yield f"    reason: {_quoted(part.reason)}\n    expires: {part.expires.isoformat()}\n"


def _left(became: Sequence[Became]) -> Iterator[str]:
    left = [one for one in became if not one.parts]
    if left:
        yield "\n# Not carried over:\n"
    for one in left:
        yield f"# - {_inert(one.where)} {_inert(one.said)}: {_inert(one.left)}\n"
        yield from (f"#   {_inert(comment)}\n" for comment in one.comments if comment)


def _comments(one: Became, pad: str) -> Iterator[str]:
    yield f"{pad}# {_inert(one.where)} {_inert(one.said)}{f' ({one.remark})' if one.remark else ''}\n"
    yield from (f"{pad}# {_inert(comment)}\n" for comment in one.comments if comment)


def _quoted(text: str) -> str:
    """A YAML scalar: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else json.dumps(text)


def _inert(text: str) -> str:
    """A text as it can stand in a comment: in one line, and nothing in it acts on a terminal."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
