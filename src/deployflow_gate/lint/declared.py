"""Read everything there is to know of a rule from its module: for the index, the pages, the schema and the tests."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Iterator
from types import ModuleType

import deployflow_gate.rulebook
from deployflow_gate.lint.examples import examples
from deployflow_gate.lint.registry import Option, OptionValue, RuleEntry
from deployflow_gate.lint.rule import declaration
from deployflow_gate.regex import regex

_TYPES: dict[object, str] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    tuple[str, ...]: "strings",
    tuple[tuple[str, str], ...]: "pairs",
}


def rule_modules() -> Iterator[ModuleType]:
    """Every rule module, sorted by name: `rulebook/<chapter>/<rule>.py`; names with a leading underscore are data."""
    package = deployflow_gate.rulebook
    found = []
    for chapter in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not chapter.ispkg:
            continue
        inner = importlib.import_module(chapter.name)
        found += [m.name for m in pkgutil.iter_modules(inner.__path__, f"{chapter.name}.")]
    for name in sorted(found, key=lambda n: n.rpartition(".")[2]):
        if not name.rpartition(".")[2].startswith("_"):
            yield importlib.import_module(name)


def entry(module: ModuleType) -> RuleEntry:
    """The index entry of a rule module. Raises LookupError, TypeError or ValueError with what its author must mend."""
    declared = declaration(module)
    _, chapter, name = module.__name__.rsplit(".", 2)
    page = page_text(module)
    return RuleEntry(
        name=name.replace("_", "-"),
        module=module.__name__,
        chapter=chapter,
        severity=declared.severity,
        on=declared.on,
        summary=page.splitlines()[0].rstrip("."),
        aliases=declared.aliases,
        seeds=declared.seeds,
        nodes=_nodes(module),
        together=typing.get_origin(_node_hint(module)) is tuple,
        options=tuple(_options(module, page)),
        fixable=any(example.fixed for example in examples(page)),
    )


def page_text(module: ModuleType) -> str:
    """The module's docstring: the rule's page."""
    if not module.__doc__:
        raise ValueError(f"{module.__name__} has no docstring, so it has no page")
    return inspect.cleandoc(module.__doc__) + "\n"


def _hints(module: ModuleType) -> dict[str, typing.Any]:
    names = dict(vars(module))
    for source in _TYPING_ONLY.finditer(inspect.getsource(module)):
        # what a rule imports under TYPE_CHECKING is imported here for real
        exec(inspect.cleandoc(source.group(1)), names)  # noqa: S102  our own source
    return typing.get_type_hints(module.check, names)


_TYPING_ONLY = regex(r"^if TYPE_CHECKING:\n((?:[ \t]+.*\n|\n)+)", re.MULTILINE)


def _node_hint(module: ModuleType) -> typing.Any:
    return _hints(module)[next(iter(inspect.signature(module.check).parameters))]


def _nodes(module: ModuleType) -> tuple[str, ...]:
    """`Run`, `Run | Cmd`, or, of a rule that judges all of them together, `tuple[Run, ...]`."""
    hint = _node_hint(module)
    if typing.get_origin(hint) is tuple:
        hint = typing.get_args(hint)[0]
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return tuple(kind.__name__ for kind in kinds)


def _options(module: ModuleType, page: str) -> Iterator[Option]:
    hints = _hints(module)
    summaries = dict(re.findall(r"^- `([a-z0-9_-]+)`: (.+?)$", page.partition("## Options")[2], re.MULTILINE))
    for parameter in inspect.signature(module.check).parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        name = parameter.name.replace("_", "-")
        if name not in summaries:
            raise ValueError(f"{module.__name__}: option `{name}` is not listed under ## Options")
        hint = hints[parameter.name]
        choices: tuple[str, ...] = ()
        pair = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None
        if typing.get_origin(pair) is tuple:
            choices, hint = typing.get_args(typing.get_args(pair)[1]), tuple[tuple[str, str], ...]
        if typing.get_origin(hint) is typing.Literal:
            choices, hint = typing.get_args(hint), str
        kind = _TYPES[hint]
        default: OptionValue = parameter.default
        yield Option(name, kind, default, choices, summaries[name])
