"""`deployflow-gate policy`: validate, show, schema."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deployflow_gate.cli.arguments import parser_of
from deployflow_gate.cli.call import PASSED
from deployflow_gate.cli.screen import put

if TYPE_CHECKING:
    from deployflow_gate.policy.model import Policy

POLICY_PATH = ".github/deployflow.yml"

EPILOG = """\
validate  say whether a policy can be used, and list everything that is wrong
show      print what is in force, with who decided each part
schema    print the JSON schema, for editors

examples:
  deployflow-gate policy validate
  deployflow-gate policy show strict
  deployflow-gate policy schema > policy.schema.json
"""


def parser() -> argparse.ArgumentParser:
    made = parser_of(
        "policy",
        "Look at policies.",
        EPILOG,
    )
    made.add_argument("action", choices=("validate", "show", "schema"))
    made.add_argument(
        "policy",
        nargs="?",
        metavar="FILE|NAME",
        help=f"by default {POLICY_PATH} if it is there, else the preset deployflow",
    )
    return made


def run(arguments: Sequence[str]) -> int:
    args = parser().parse_args(arguments)
    if args.action == "schema":
        from deployflow_gate.policy.schema import schema_text

        put(schema_text())
        return PASSED
    policy = _policy(args.policy)
    if args.action == "show":
        from deployflow_gate.policy.show import show

        put(show(policy))
        return PASSED
    from deployflow_gate.report.escape import visible

    put(f"The policy {visible(policy.name)} can be used (digest {policy.digest}).\n")
    return PASSED


def _policy(asked: str | None) -> Policy:
    from deployflow_gate.policy.load import load_policy

    if asked is None and os.path.lexists(POLICY_PATH):
        asked = POLICY_PATH
    return load_policy(asked)
