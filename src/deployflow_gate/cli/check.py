"""`deployflow-gate check`: the verdict of a repository."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deployflow_gate.cli.arguments import parser_of
from deployflow_gate.cli.call import BLOCKED, NOT_EVALUATED, PASSED, CallError, one_of
from deployflow_gate.cli.outputs import outputs, write_reports
from deployflow_gate.cli.roots import Place, place
from deployflow_gate.record import replace

if TYPE_CHECKING:
    from deployflow_gate.policy.model import Policy
    from deployflow_gate.policy.verdict import Verdict
    from deployflow_gate.snapshot import Snapshot

POLICY_PATH = ".github/deployflow.yml"

EPILOG = """\
examples:
  deployflow-gate check
  deployflow-gate check api/Dockerfile
  deployflow-gate check --policy strict --fail-on warning
  deployflow-gate check --rule root-user --rule DL3007
  deployflow-gate check --changed-since origin/main
  deployflow-gate check --format sarif=gate.sarif --format markdown=summary.md
  deployflow-gate check --fix-unsafe --diff

exit codes: 0 passed, 1 blocked, 2 the call or the policy is wrong,
3 could not evaluate (so not passed)
"""


def parser() -> argparse.ArgumentParser:
    made = parser_of(
        "check",
        "Judge a repository, or some of its files, by a policy.",
        EPILOG,
    )
    add = made.add_argument
    add("paths", nargs="*", metavar="PATH", help="a folder (the root), or files of one repository; by default .")
    add("--policy", metavar="FILE|NAME", help=f"by default {POLICY_PATH} if it is there, else the preset deployflow")
    add(
        "--format",
        action="append",
        default=[],
        metavar="FORMAT[=FILE]",
        help="text, json, sarif, markdown, github, junit or gitlab; repeatable with a FILE each",
    )
    add(
        "--fail-on",
        choices=("error", "warning", "notice", "never"),
        help="the level that blocks, whatever the policy says",
    )
    add("--rule", action="append", default=[], metavar="NAME", help="only this rule (or an alias of it); repeatable")
    add("--changed-since", metavar="REV", help="only findings that the commit REV does not have")
    add("--fix", action="store_true", help="mend what can be mended without changing what a file does")
    add("--fix-unsafe", action="store_true", help="mend everything that has a fix")
    add("--diff", action="store_true", help="print what --fix would change, and write nothing")
    add("--jobs", type=_number, default=1, metavar="N", help="processes that share the work; by default 1")
    add("--show-suppressed", action="store_true", help="list in the text what waivers and comments silence")
    return made


def run(arguments: Sequence[str]) -> int:
    args = parser().parse_args(arguments)
    wanted = outputs(args.format)
    only = _rules(args.rule)
    where = place(args.paths)

    from deployflow_gate.snapshot.worktree import WorkTree

    tree = WorkTree(where.root)
    focus = where.focus(tree.paths()) if where.asked else None
    policy = _policy(args.policy, tree)

    def judge(snapshot: Snapshot) -> Verdict:
        return _judged(snapshot, policy, only, focus, args)

    base = None
    if args.changed_since is not None:
        from deployflow_gate.cli.since import commit

        base = judge(commit(where.root, args.changed_since))

    def verdict_of(snapshot: Snapshot) -> Verdict:
        if base is None:
            return judge(snapshot)
        from deployflow_gate.gate import changed_since

        return changed_since(judge(snapshot), base)

    if args.fix or args.fix_unsafe or args.diff:
        from deployflow_gate.cli.fixing import fixed

        verdict = fixed(tree, where.root, verdict_of, unsafe=args.fix_unsafe, diff=args.diff)
    else:
        verdict = verdict_of(tree)
    _note_unjudged(where, verdict)
    if args.diff:
        wanted = tuple(output for output in wanted if output.file)
    write_reports(verdict, wanted, where, show_suppressed=args.show_suppressed)
    return exit_code(verdict)


def exit_code(verdict: Verdict) -> int:
    return {"passed": PASSED, "blocked": BLOCKED}.get(verdict.outcome.value, NOT_EVALUATED)


def _judged(
    snapshot: Snapshot,
    policy: Policy,
    only: frozenset[str] | None,
    focus: frozenset[str] | None,
    args: argparse.Namespace,
) -> Verdict:
    from deployflow_gate.cli.screen import progress
    from deployflow_gate.gate import check

    with progress("Judging …"):
        verdict = check(snapshot, policy, only=only, focus=focus, jobs=args.jobs)
    if only is not None:  # what the policy says of its waivers is not asked, and not fair: not all rules have run
        kept = only | {"internal-error"}
        verdict = replace(verdict, findings=tuple(f for f in verdict.findings if f.rule in kept))
    if focus is not None:
        verdict = replace(
            verdict,
            files=tuple(path for path in verdict.files if path in focus),
            skipped=tuple(left for left in verdict.skipped if left.path in focus),
        )
    if args.fail_on:
        from deployflow_gate.lint.severity import Severity

        verdict = replace(verdict, fail_on=None if args.fail_on == "never" else Severity(args.fail_on))
    return verdict


def _policy(asked: str | None, tree: Snapshot) -> Policy:
    from deployflow_gate.policy.load import load_own_policy, load_policy

    return load_policy(asked) if asked is not None else load_own_policy(tree.paths(), tree.read)


def _rules(names: Sequence[str]) -> frozenset[str] | None:
    if not names:
        return None
    from deployflow_gate.lint.registry import index, named

    found: set[str] = set()
    for name in names:
        meant = named(name)
        if not meant:
            raise CallError(f"`{name}` is no rule.{one_of(name, list(index()))} See `deployflow-gate rules`.")
        found.update(meant)
    return frozenset(found)


def _note_unjudged(where: Place, verdict: Verdict) -> None:
    """A file that was named and is none that the gate judges: said aloud, lest it be taken for clean."""
    known = {*verdict.files, *(left.path for left in verdict.skipped)}
    for path in where.asked:
        if path not in known and not any(file.startswith(f"{path}/") for file in known):
            from deployflow_gate.cli.main import complain

            complain(f"`{path}` is nothing that the gate judges.")


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes (1 to 256)")
    return int(text)
