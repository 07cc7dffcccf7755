"""Write what is made from the presets and the rules: `_presets.py`, so that a start parses and checks no preset, and
the policy's JSON schema. `python -m deployflow_gate.policy.build`"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from deployflow_gate.policy.faults import Faults
from deployflow_gate.policy.read import read_policy
from deployflow_gate.policy.rules import known
from deployflow_gate.policy.schema import schema_text
from deployflow_gate.policy.written import Layer, Said, Written
from deployflow_gate.syntax.decode import decode

ROOT = Path(__file__).parents[3]
POLICIES = ROOT / "policies"
PRESETS = Path(__file__).with_name("_presets.py")
SCHEMA = ROOT / "schemas" / "policy.schema.json"

_HEAD = '''"""Generated from `policies/*.yml` by `make index`; a test keeps it fresh. Never written by hand."""

from __future__ import annotations

from deployflow_gate.policy.written import Layer, Said, Setting, Written

PRESETS: dict[str, Written] = {
'''


def presets_text() -> str:
    """The text of `_presets.py` as the presets are now. Raises PolicyError if one is wrong."""
    faults = Faults()
    entries = known()
    written = {}
    for file in sorted(POLICIES.glob("*.yml")):
        source = decode(f"preset {file.stem}", file.read_bytes())
        written[file.stem] = read_policy(source, entries, faults, preset=True)
    faults.raise_any()
    for name, one in written.items():
        unknown = [other for other, _ in one.extends if other not in written]
        if unknown or one.waivers or any(layer.globs for layer in one.layers):
            raise ValueError(f"the preset {name} extends a file, has a waiver or is about some paths")
    return _HEAD + "".join(_preset(name, one) for name, one in written.items()) + "}\n"


def _preset(name: str, written: Written) -> str:
    return f"    {_string(name)}: Written(\n{''.join(_fields(written))}    ),\n"


def _fields(written: Written) -> Iterator[str]:
    if written.extends:
        yield f"        extends=({''.join(f'({_string(name)}, None), ' for name, _ in written.extends).rstrip(' ')}),\n"
    for key, said in (("fail_on", written.fail_on), ("inline_ignores", written.inline_ignores)):
        if said is not None:
            yield f"        {key}={_said(said)},\n"
    for key, several in (("exclude", written.exclude), ("production", written.production)):
        if several:
            yield f"        {key}=(\n{''.join(f'            {_said(said)},{chr(10)}' for said in several)}        ),\n"
    if written.layers:
        yield f"        layers=(\n{''.join(map(_layer, written.layers))}        ),\n"


def _layer(layer: Layer) -> str:
    settings = "".join(
        f"                    {_string(key)}: Setting({_value(s.level)}, {dict(s.options)!r}, {_string(s.where)}),\n"
        for key, s in layer.settings.items()
    )
    return (
        "            Layer(\n"
        f"                {_string(layer.by)},\n"
        "                None,\n"
        f"                {{\n{settings}                }},\n"
        "            ),\n"
    )


def _said(said: Said) -> str:
    return f"Said({_string(said.value)}, {_string(said.where)})"


def _value(value: str | None) -> str:
    return "None" if value is None else _string(value)


def _string(value: str) -> str:
    """With double quotes, as the formatter has it; presets hold no quotes."""
    return '"' + repr(value)[1:-1] + '"'


def main() -> int:
    """Write what has changed, and print what has."""
    SCHEMA.parent.mkdir(exist_ok=True)
    names = [file.stem for file in POLICIES.glob("*.yml")]
    for path, text in ((PRESETS, presets_text()), (SCHEMA, schema_text(names))):
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        if changed:
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.name}: {'written' if changed else 'fresh'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
