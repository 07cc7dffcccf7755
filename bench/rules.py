"""What rules cost, one by one and on average: `python bench/rules.py [FOLDER] [POLICY]`.

FOLDER is judged as one repository; without it, `examples` is. What rules share (parsed scripts, the links between files) is made
by the rule that asks first, so everything runs once before, and each rule's time is that of one more pass with it alone. The last
line has the ratio to compare: what all rules take, and a rule on average, by what reading the files into the graph takes.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path
from time import process_time

from deployflow_gate import WorkTree, load_policy
from deployflow_gate.lint.registry import index
from deployflow_gate.lint.runner import run
from deployflow_gate.model.link import link
from deployflow_gate.model.node import walk
from deployflow_gate.model.project import Project, Settings

SHOWN = 20

EXAMPLES = Path(__file__).parents[1] / "examples"

NOT_OURS = frozenset({"shell-script-defect"})
"""Most of its time is another program's."""


def seconds(work: Callable[[], object]) -> float:
    """CPU time: the least of three."""
    taken = []
    for _ in range(3):
        before = process_time()
        work()
        taken.append(process_time() - before)
    return min(taken)


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else str(EXAMPLES)
    policy = load_policy(sys.argv[2] if len(sys.argv) > 2 else "everything")

    def read() -> Project:
        project = link(WorkTree(folder), Settings(policy.exclude, policy.production))
        deque(walk(project), maxlen=0)  # nodes are made as they are walked
        return project

    def judge(names: Collection[str]) -> float:
        return seconds(lambda: run(nodes, policy.decide, frozenset(names)))

    project = read()
    nodes = tuple(walk(project))
    decided = {name: policy.decide(name, "Dockerfile").severity for name in index() if name not in NOT_OURS}
    names = [name for name, severity in decided.items() if severity is not None]
    run(nodes, policy.decide, frozenset(names))
    reading, together = seconds(read), judge(names)
    own = {name: judge([name]) for name in names}
    total = sum(own.values())
    for name in sorted(names, key=lambda name: -own[name])[:SHOWN]:
        sys.stdout.write(f"{name:32} {1000 * own[name]:8.2f} ms  {100 * own[name] / total:5.1f} %\n")
    sys.stdout.write(
        f"{len(project.documents)} files, {len(nodes)} nodes, {len(names)} rules: {1000 * together:.0f} ms, "
        f"{together / reading:.2f} x reading them, {together / reading / len(names):.4f} x for each rule\n"
    )


if __name__ == "__main__":
    main()
