"""Write what is generated from the rules: the index that a start reads instead of 300 modules.

Run as `python -m deployflow_gate.lint.generate` (`make index`).
"""

from __future__ import annotations

import pprint
import sys
from pathlib import Path

from deployflow_gate.lint.declared import entry, rule_modules
from deployflow_gate.lint.registry import RuleEntry

INDEX = Path(__file__).parent.parent / "rulebook" / "_index.py"

_HEAD = '''"""Generated from the rules by `make index`; a test keeps it fresh. Never written by hand."""

from __future__ import annotations

from deployflow_gate.lint.registry import Option, RuleEntry
from deployflow_gate.lint.severity import Severity

_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE

RULES: tuple[RuleEntry, ...] = (
'''


def index_text() -> str:
    """The text of `rulebook/_index.py` as the rules are now."""
    names: dict[str, str] = {}
    rows = []
    for module in rule_modules():
        found = entry(module)
        if found.name in names:
            raise ValueError(f"two rules are named {found.name}: {names[found.name]} and {found.module}")
        names[found.name] = found.module
        rows.append(_row(found))
    return _HEAD + "".join(rows) + ")\n"


def _row(found: RuleEntry) -> str:
    options = "".join(f"            {option!r},\n" for option in found.options)
    return (
        "    RuleEntry(\n"
        f"        {found.name!r},\n"
        f"        {found.module!r},\n"
        f"        {found.chapter!r},\n"
        f"        _{found.severity.name},\n"
        f"        {found.on!r},\n"
        f"        {found.summary!r},\n"
        f"        {_strings(found.aliases)},\n"
        f"        {_strings(found.seeds)},\n"
        f"        {_strings(found.nodes)},\n"
        + (f"        (\n{options}        ),\n" if options else "        (),\n")
        + f"        {found.fixable!r},\n"
        + ("        together=True,\n" if found.together else "")
        + "    ),\n"
    )


def _strings(values: tuple[str, ...]) -> str:
    return pprint.pformat(values, width=110).replace("\n", "\n        ")


def main() -> int:
    """Write the index; print whether it changed."""
    text = index_text()
    changed = not INDEX.exists() or INDEX.read_text(encoding="utf-8") != text
    if changed:
        INDEX.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{INDEX.name}: {'written' if changed else 'fresh'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
