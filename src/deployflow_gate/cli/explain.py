"""`deployflow-gate explain`: a rule's page on the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from deployflow_gate.cli.arguments import parser_of
from deployflow_gate.cli.call import PASSED, CallError, one_of
from deployflow_gate.cli.screen import put, screen

EPILOG = """\
examples:
  deployflow-gate explain root-user
  deployflow-gate explain DL3002
  deployflow-gate explain trivy:DS-0002
"""


def parser() -> argparse.ArgumentParser:
    made = parser_of(
        "explain",
        "Show a rule's page: what is asked and why, examples with what the gate says of\nthem, options, aliases.",
        EPILOG,
    )
    made.add_argument("rule", metavar="RULE", help="a rule's name, or what another tool calls it")
    return made


def run(arguments: Sequence[str]) -> int:
    name: str = parser().parse_args(arguments).rule
    names = _meant(name)
    from deployflow_gate.cli.reading import readable

    seen = screen()
    parts = []
    if names != (name,):
        listed = " and ".join(f"`{n}`" for n in names)
        parts.append(f"{name} is {listed} here.\n")
    parts += [readable(_page(rule), seen.width, color=seen.color) for rule in names]
    put("\n".join(parts))
    return PASSED


def _meant(name: str) -> tuple[str, ...]:
    from deployflow_gate.lint.registry import family, named
    from deployflow_gate.policy.rules import POLICY_RULES, known

    names = (name,) if name in POLICY_RULES else named(name) or family(name)
    if not names:
        raise CallError(
            f"`{name}` is no rule, nor a known alias.{one_of(name, list(known()))} See `deployflow-gate rules`."
        )
    return names


def _page(name: str) -> str:
    from deployflow_gate.policy.rules import POLICY_RULES, policy_page

    if name in POLICY_RULES:
        return policy_page(name)
    from deployflow_gate.lint.page import page

    return page(name)
