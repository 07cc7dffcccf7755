"""Write composite/action.yml anew: the inputs and outputs of action.yml, for runners without a container engine."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent

HEAD = """\
# Written by tools/composite.py from action.yml: the same gate for macOS, Windows, and runners that are containers.
# What it installs is locked by hash, and its own code is that of the commit that you pin.
name: deployflow-gate (composite)
description: The gate on runners without a container engine. The runner needs Python 3.11 or newer, with venv, as `python`.
author: deployflow

"""

STEPS = """
runs:
  using: composite
  steps:
    - name: deployflow-gate
      id: gate
      shell: python -I {0}
      env:
        GATE_ACTION: ${{ github.action_path }}
"""

RUN = """\
      run: |
        import os, runpy
        runpy.run_path(os.path.join(os.environ["GATE_ACTION"], "run.py"), run_name="__main__")
"""


def composite(action: str) -> str:
    """The text of composite/action.yml for the text of action.yml."""
    inputs, outputs = _block(action, "inputs"), _block(action, "outputs")
    parsed = yaml.safe_load(action)
    for name in parsed["outputs"]:
        value = f"    value: ${{{{ steps.gate.outputs.{name} }}}}\n"
        head = f"  {name}:\n"
        outputs = outputs.replace(head, head + value)
    environment = "".join(f"        INPUT_{name.upper()}: ${{{{ inputs.{name} }}}}\n" for name in parsed["inputs"])
    return HEAD + inputs + outputs.rstrip() + "\n" + STEPS + environment + RUN


def _block(text: str, key: str) -> str:
    """The lines of a top-level key, comments and all."""
    after = text[text.index(f"\n{key}:") + 1 :]
    lines = after.splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines) if i and line[:1] not in " \n#"), len(lines))
    return "".join(lines[:end])


if __name__ == "__main__":
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    (ROOT / "composite/action.yml").write_text(composite(text), encoding="utf-8")
