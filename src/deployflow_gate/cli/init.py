"""`deployflow-gate init`: a policy and a workflow to start from."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from deployflow_gate.cli.arguments import parser_of
from deployflow_gate.cli.call import PASSED, CallError
from deployflow_gate.cli.screen import put


def parser() -> argparse.ArgumentParser:
    made = parser_of(
        "init",
        "Write .github/deployflow.yml and .github/workflows/deployflow-gate.yml. No file\nis overwritten.",
        "example: deployflow-gate init",
    )
    made.add_argument(
        "folder", nargs="?", default=".", metavar="FOLDER", help="the root of the repository; by default ."
    )
    return made


def run(arguments: Sequence[str]) -> int:
    root = Path(parser().parse_args(arguments).folder)
    from deployflow_gate.policy.starter import POLICY_PATH, WORKFLOW_PATH, starter_policy, starter_workflow

    if not root.is_dir():
        raise CallError(f"`{root}` is no folder. Give the root of a repository.")
    files = {POLICY_PATH: starter_policy(), WORKFLOW_PATH: starter_workflow()}
    for folder in (root / ".github", root / ".github" / "workflows"):
        if folder.is_symlink():
            raise CallError(
                f"`{folder.relative_to(root)}` is a symbolic link, so nothing was written. Make it a folder."
            )
    for path in files:
        if (root / path).exists() or (root / path).is_symlink():
            raise CallError(f"`{path}` is there already, so nothing was written. Remove it first, or keep it.")
    for path, text in files.items():
        try:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with (root / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise CallError(f"`{path}` cannot be written: {error.strerror}.") from error
        put(f"wrote {path}\n")
    put("Next: `deployflow-gate check`, then make the job `deployflow-gate` a required check.\n")
    return PASSED
